package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

var errBusy = errors.New("the server is busy")

// client speaks to the apiserver of the lab as its administrator.
type client struct {
	base string
	http *http.Client
}

// kubeconfig is the part of the lab's kubeconfig that is read; the lab writes it as JSON.
type kubeconfig struct {
	Clusters []struct {
		Cluster struct {
			Server    string `json:"server"`
			Authority []byte `json:"certificate-authority-data"`
		} `json:"cluster"`
	} `json:"clusters"`
	Users []struct {
		User struct {
			Certificate []byte `json:"client-certificate-data"`
			Key         []byte `json:"client-key-data"`
		} `json:"user"`
	} `json:"users"`
}

func connect(path string) (*client, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("KUBECONFIG of a running lab: %w", err)
	}
	var config kubeconfig
	if err := json.Unmarshal(text, &config); err != nil || len(config.Clusters) == 0 || len(config.Users) == 0 {
		return nil, fmt.Errorf("%s is not a kubeconfig of the lab: %v", path, err)
	}
	pair, err := tls.X509KeyPair(config.Users[0].User.Certificate, config.Users[0].User.Key)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(config.Clusters[0].Cluster.Authority)
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}},
		MaxIdleConnsPerHost: 64,
	}
	return &client{config.Clusters[0].Cluster.Server, &http.Client{Transport: transport, Timeout: time.Minute}}, nil
}

// send makes one request and reads its answer into `into` when that is not nil. An existing object is not an error.
func (c *client) send(method, path, contentType string, body any, into any) error {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, c.base+path, reader)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", "chiron-lab")
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= 500 {
		return fmt.Errorf("%s %s: %w: %s: %.300s", method, path, errBusy, answer.Status, text)
	}
	if answer.StatusCode >= 300 && answer.StatusCode != http.StatusConflict {
		return fmt.Errorf("%s %s: %s: %.300s", method, path, answer.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// create makes an object; a server that is too busy is asked again.
func (c *client) create(path string, object any) error {
	var err error
	for wait := time.Second; wait <= 16*time.Second; wait *= 2 {
		if err = c.send(http.MethodPost, path, "application/json", object, nil); !errors.Is(err, errBusy) {
			return err
		}
		time.Sleep(wait)
	}
	return err
}

// parallel calls `work` for 0..count, some at a time, and returns the first error.
func parallel(count, workers int, work func(int) error) error {
	places := make(chan int)
	var first error
	var once sync.Once
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for place := range places {
				if err := work(place); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for place := range count {
		places <- place
	}
	close(places)
	all.Wait()
	return first
}
