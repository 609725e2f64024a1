package main

import (
	"fmt"
	"net/http"
	"time"
)

// size is how big a cluster is wanted.
type size struct{ pods, deployments, nodes int }

// perNamespace is how many Deployments, each with its Service, share a namespace.
const perNamespace = 50

type object map[string]any

// scale fills the cluster and waits until every pod is ready.
func (c *client) scale(want size) (any, error) {
	began := time.Now()
	if err := parallel(want.nodes, 8, func(n int) error { return c.create("/api/v1/nodes", node(n+1)) }); err != nil {
		return nil, err
	}
	namespaces := (want.deployments + perNamespace - 1) / perNamespace
	err := parallel(namespaces, 8, func(n int) error {
		return c.create("/api/v1/namespaces", object{"metadata": object{"name": namespace(n)}})
	})
	if err != nil {
		return nil, err
	}
	if err := parallel(want.deployments, 16, func(n int) error { return c.workload(n, share(want, n)) }); err != nil {
		return nil, err
	}
	created := time.Since(began)
	if err := c.allReady(want.pods, 5*time.Minute); err != nil {
		return nil, err
	}
	return object{
		"pods": want.pods, "deployments": want.deployments, "services": want.deployments, "nodes": want.nodes,
		"created_seconds": created.Seconds(), "ready_seconds": time.Since(began).Seconds(),
	}, nil
}

// share is how many of the pods the n-th Deployment gets.
func share(want size, n int) int {
	pods := want.pods / want.deployments
	if n < want.pods%want.deployments {
		pods++
	}
	return pods
}

func namespace(n int) string { return fmt.Sprintf("scale-%d", n) }

func node(n int) object {
	name := fmt.Sprintf("node-%d", n)
	return object{"metadata": object{"name": name, "labels": object{
		"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
		"topology.kubernetes.io/zone": fmt.Sprintf("zone-%d", n%3),
	}}}
}

func (c *client) workload(n, replicas int) error {
	place, name := namespace(n/perNamespace), fmt.Sprintf("web-%d", n)
	labels := object{"app": name, "chiron.test/scale": "yes"}
	service := object{
		"metadata": object{"name": name, "labels": labels},
		"spec":     object{"selector": object{"app": name}, "ports": []object{{"port": 80, "targetPort": 8080}}},
	}
	if err := c.create("/api/v1/namespaces/"+place+"/services", service); err != nil {
		return err
	}
	container := object{
		"name": "web", "image": "lab.test/app:1", "ports": []object{{"containerPort": 8080}},
		"resources":      object{"requests": object{"cpu": "10m", "memory": "16Mi"}},
		"readinessProbe": object{"httpGet": object{"path": "/ready", "port": 8080}},
	}
	deployment := object{
		"metadata": object{"name": name, "labels": labels},
		"spec": object{
			"replicas": replicas,
			"selector": object{"matchLabels": object{"app": name}},
			"template": object{"metadata": object{"labels": labels}, "spec": object{"containers": []object{container}}},
		},
	}
	return c.create("/apis/apps/v1/namespaces/"+place+"/deployments", deployment)
}

// allReady waits until the Deployments made by scale have so many ready pods.
func (c *client) allReady(want int, patience time.Duration) error {
	ready := 0
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Second) {
		var list struct {
			Items []struct {
				Status struct {
					Ready int `json:"readyReplicas"`
				} `json:"status"`
			} `json:"items"`
		}
		path := "/apis/apps/v1/deployments?resourceVersion=0&labelSelector=chiron.test%2Fscale%3Dyes"
		if err := c.send(http.MethodGet, path, "application/json", nil, &list); err != nil {
			return err
		}
		ready = 0
		for _, item := range list.Items {
			ready += item.Status.Ready
		}
		if ready >= want {
			return nil
		}
	}
	return fmt.Errorf("%d pods are ready after %s, %d are wanted", ready, patience, want)
}
