// app is what the lab's pods run: a small web server that fails in the ways that it is told to.
// Every flag can also be given as an environment variable: --exit-after is APP_EXIT_AFTER. `app pause` only waits.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// settings are read once, at the start.
type settings struct {
	port       int
	needFile   string
	needEnv    string
	exitAfter  time.Duration
	exitCode   int
	eatMB      int
	eatRate    int
	readyAfter time.Duration
	readyFor   time.Duration
	liveFor    time.Duration
	call       string
	callEvery  time.Duration
	delay      time.Duration
	errorShare float64
	say        string
	logRate    int
	stopAfter  time.Duration
}

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	if len(os.Args) > 1 && os.Args[1] == "pause" {
		<-stop
		return
	}
	wanted := read()
	go func() {
		<-stop
		time.Sleep(wanted.stopAfter)
		say("told to stop")
		os.Exit(0)
	}()
	say("started")
	if wanted.say != "" {
		fmt.Println(wanted.say)
	}
	if err := needs(wanted); err != nil {
		end(1, err.Error())
	}
	misbehave(wanted)
	state := &server{settings: wanted, started: time.Now()}
	if wanted.call != "" {
		go state.callOthers()
	}
	if wanted.port == 0 {
		select {}
	}
	if err := http.ListenAndServe(fmt.Sprintf(":%d", wanted.port), state.routes()); err != nil {
		end(1, err.Error())
	}
}

func read() settings {
	var s settings
	flag.IntVar(&s.port, "port", 8080, "serves HTTP here; 0 serves nothing")
	flag.StringVar(&s.needFile, "need-file", "", "ends with 1 when this file cannot be read")
	flag.StringVar(&s.needEnv, "need-env", "", "ends with 1 when this environment variable is not set")
	flag.DurationVar(&s.exitAfter, "exit-after", -1, "ends after this time")
	flag.IntVar(&s.exitCode, "exit-code", 1, "with this exit code")
	flag.IntVar(&s.eatMB, "eat-mb", 0, "takes so much memory")
	flag.IntVar(&s.eatRate, "eat-mb-per-second", 0, "this much a second; 0 takes it at once")
	flag.DurationVar(&s.readyAfter, "ready-after", 0, "/ready answers 503 before")
	flag.DurationVar(&s.readyFor, "ready-for", -1, "/ready answers 503 after this time; 0 is never ready")
	flag.DurationVar(&s.liveFor, "live-for", -1, "/healthz answers 500 after this time; 0 is never alive")
	flag.StringVar(&s.call, "call", "", "asks this URL again and again, and logs errors")
	flag.DurationVar(&s.callEvery, "call-every", time.Second, "how often")
	flag.DurationVar(&s.delay, "delay", 0, "time that / takes to answer")
	flag.Float64Var(&s.errorShare, "error-share", 0, "share of the answers of / that are 500")
	flag.StringVar(&s.say, "say", "", "prints this line at the start")
	flag.IntVar(&s.logRate, "log-lines-per-second", 0, "prints so many lines")
	flag.DurationVar(&s.stopAfter, "stop-after", 0, "time that SIGTERM takes to end it")
	flag.VisitAll(func(f *flag.Flag) {
		name := "APP_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value, found := os.LookupEnv(name); found {
			if err := f.Value.Set(value); err != nil {
				end(2, fmt.Sprintf("%s=%q: %v", name, value, err))
			}
		}
	})
	flag.Parse()
	return s
}

func say(text string) { fmt.Println(time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), text) }

func end(code int, reason string) {
	fmt.Fprintln(os.Stderr, "fatal:", reason)
	os.Exit(code)
}
