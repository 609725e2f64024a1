package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// churn patches an annotation of one pod after the other, `rate` of them a second.
func (c *client) churn(rate, seconds int, namespace string) (any, error) {
	pods, err := c.podPaths(namespace)
	if err != nil {
		return nil, err
	}
	before, err := currentRevision()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	var made, failed atomic.Int64
	var all sync.WaitGroup
	due := make(chan int, rate)
	for range 32 {
		all.Go(func() {
			for n := range due {
				if err := c.annotate(pods[n%len(pods)], n); err != nil {
					if failed.Add(1) == 1 {
						fmt.Fprintln(os.Stderr, "drive: the first patch that failed:", err)
					}
				} else {
					made.Add(1)
				}
			}
		})
	}
	for n := range rate * seconds {
		time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(rate))))
		due <- n
	}
	close(due)
	all.Wait()
	after, err := currentRevision()
	return object{
		"made": made.Load(), "failed": failed.Load(), "seconds": time.Since(began).Seconds(),
		"revision_before": before, "revision_after": after,
	}, err
}

func (c *client) podPaths(namespace string) ([]string, error) {
	path := "/api/v1/pods"
	if namespace != "" {
		path = "/api/v1/namespaces/" + namespace + "/pods"
	}
	var list struct {
		Items []struct {
			Metadata struct{ Name, Namespace string } `json:"metadata"`
		} `json:"items"`
	}
	if err := c.send(http.MethodGet, path+"?resourceVersion=0", "application/json", nil, &list); err != nil {
		return nil, err
	}
	if len(list.Items) == 0 {
		return nil, fmt.Errorf("there are no pods to change")
	}
	var paths []string
	for _, item := range list.Items {
		paths = append(paths, "/api/v1/namespaces/"+item.Metadata.Namespace+"/pods/"+item.Metadata.Name)
	}
	return paths, nil
}

func (c *client) annotate(path string, n int) error {
	patch := object{"metadata": object{"annotations": object{"chiron.test/churn": strconv.Itoa(n)}}}
	return c.send(http.MethodPatch, path, "application/merge-patch+json", patch, nil)
}
