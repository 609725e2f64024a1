// drive moves the lab's cluster from outside: it fills it, changes it at a steady rate, and makes it forget.
// It speaks plain HTTP, so that no client of ours or of Kubernetes slows it down or hides what the server said.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

const usage = `usage: drive scale PODS [DEPLOYMENTS [NODES]]
       drive churn RATE SECONDS [NAMESPACE]
       drive compact
       drive revision`

func main() {
	report, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "drive:", err)
		os.Exit(2)
	}
	_ = json.NewEncoder(os.Stdout).Encode(report)
}

func run(arguments []string) (any, error) {
	if len(arguments) == 0 {
		return nil, fmt.Errorf("a command is wanted\n%s", usage)
	}
	command, values := arguments[0], arguments[1:]
	switch command {
	case "compact":
		return compact()
	case "revision":
		revision, err := currentRevision()
		return map[string]int64{"revision": revision}, err
	}
	server, err := connect(os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	switch command {
	case "scale":
		pods, err := number(values, 0, 0)
		if err != nil {
			return nil, err
		}
		deployments, err := number(values, 1, max(1, pods/10))
		if err != nil {
			return nil, err
		}
		nodes, err := number(values, 2, 20)
		if err != nil {
			return nil, err
		}
		return server.scale(size{pods: pods, deployments: deployments, nodes: nodes})
	case "churn":
		rate, err := number(values, 0, 0)
		if err != nil {
			return nil, err
		}
		seconds, err := number(values, 1, 0)
		if err != nil {
			return nil, err
		}
		namespace := ""
		if len(values) > 2 {
			namespace = values[2]
		}
		return server.churn(rate, seconds, namespace)
	}
	return nil, fmt.Errorf("no command is called %q\n%s", command, usage)
}

// number is the value at a place, or another one when nothing is there and zero is not the other.
func number(values []string, place, otherwise int) (int, error) {
	if place >= len(values) {
		if otherwise == 0 {
			return 0, fmt.Errorf("a number is missing\n%s", usage)
		}
		return otherwise, nil
	}
	value, err := strconv.Atoi(values[place])
	if err != nil || value < 1 {
		return 0, fmt.Errorf("a number above zero is wanted, not %q", values[place])
	}
	return value, nil
}
