package main

import (
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"sync/atomic"
	"time"
)

// server answers requests and counts them.
type server struct {
	settings
	started       time.Time
	answered      atomic.Int64
	failed        atomic.Int64
	callsAnswered atomic.Int64
	callsFailed   atomic.Int64
}

func (s *server) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("/", s.answer)
	routes.HandleFunc("/ready", s.ready)
	routes.HandleFunc("/healthz", s.alive)
	routes.HandleFunc("/metrics", s.metrics)
	return routes
}

func (s *server) answer(w http.ResponseWriter, _ *http.Request) {
	time.Sleep(s.delay)
	if rand.Float64() < s.errorShare {
		s.failed.Add(1)
		http.Error(w, "told to fail", http.StatusInternalServerError)
		return
	}
	s.answered.Add(1)
	fmt.Fprintln(w, "ok")
}

func (s *server) ready(w http.ResponseWriter, _ *http.Request) {
	age := time.Since(s.started)
	if age < s.readyAfter || (s.readyFor >= 0 && age >= s.readyFor) {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func (s *server) alive(w http.ResponseWriter, _ *http.Request) {
	if s.liveFor >= 0 && time.Since(s.started) >= s.liveFor {
		http.Error(w, "not alive", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "alive")
}

func (s *server) metrics(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "# TYPE http_requests_total counter")
	fmt.Fprintf(w, "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\"} %d\n", s.answered.Load(), s.failed.Load())
	fmt.Fprintln(w, "# TYPE app_calls_total counter")
	fmt.Fprintf(w, "app_calls_total{outcome=\"ok\"} %d\napp_calls_total{outcome=\"error\"} %d\n", s.callsAnswered.Load(), s.callsFailed.Load())
}

// callOthers asks a URL for ever; every request has a connection of its own, so that it follows its Service.
func (s *server) callOthers() {
	caller := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for range time.Tick(s.callEvery) {
		answer, err := caller.Get(s.call)
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode < 500 {
				s.callsAnswered.Add(1)
				continue
			}
			err = fmt.Errorf("%s: %s", s.call, answer.Status)
		}
		s.callsFailed.Add(1)
		say("error: " + err.Error())
	}
}
