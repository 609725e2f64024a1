package main

import (
	"fmt"
	"os"
	"time"
)

// needs says what is missing of that without which the application does not start.
func needs(wanted settings) error {
	if wanted.needFile != "" {
		if _, err := os.ReadFile(wanted.needFile); err != nil {
			return err
		}
	}
	if wanted.needEnv != "" && os.Getenv(wanted.needEnv) == "" {
		return fmt.Errorf("environment variable %s is not set", wanted.needEnv)
	}
	return nil
}

// misbehave starts what goes wrong with time.
func misbehave(wanted settings) {
	if wanted.exitAfter >= 0 {
		time.AfterFunc(wanted.exitAfter, func() {
			if wanted.exitCode != 0 {
				end(wanted.exitCode, fmt.Sprintf("ending with code %d after %s", wanted.exitCode, wanted.exitAfter))
			}
			say("done")
			os.Exit(0)
		})
	}
	if wanted.eatMB > 0 {
		go eat(wanted.eatMB, wanted.eatRate)
	}
	if wanted.logRate > 0 {
		go chatter(wanted.logRate)
	}
}

// eat takes memory and keeps it; every page is written, so that it counts.
func eat(total, rate int) {
	const megabyte = 1 << 20
	say(fmt.Sprintf("taking %d MB of memory", total))
	var kept [][]byte
	for len(kept) < total {
		block := make([]byte, megabyte)
		for place := 0; place < megabyte; place += 4096 {
			block[place] = 1
		}
		kept = append(kept, block)
		if rate > 0 {
			time.Sleep(time.Second / time.Duration(rate))
		}
	}
	say(fmt.Sprintf("holding %d MB", len(kept)))
	for {
		time.Sleep(time.Hour)
		kept[0][0]++
	}
}

func chatter(rate int) {
	for n := 0; ; n++ {
		say(fmt.Sprintf("line %d of many", n))
		time.Sleep(time.Second / time.Duration(rate))
	}
}
