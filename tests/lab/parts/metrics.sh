# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with inside.sh and run
# metrics-server beside the cluster, so that `kubectl top` and autoscalers work.

metrics() {
  kubectl apply -f - >/dev/null <<'YAML'
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec: {group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true,
       service: {name: metrics-server, namespace: kube-system, port: 443}}
---
apiVersion: v1
kind: Service
metadata: {name: metrics-server, namespace: kube-system}
spec: {ports: [{port: 443, targetPort: 4443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: metrics-server-host, namespace: kube-system, labels: {kubernetes.io/service-name: metrics-server}}
addressType: IPv4
endpoints: [{addresses: [10.244.0.1], conditions: {ready: true}}]
ports: [{port: 4443, protocol: TCP, name: ""}]
YAML
  start metrics-server "$bin/metrics-server" --kubeconfig "$PWD/kubeconfig" --authentication-kubeconfig "$PWD/kubeconfig" \
    --authorization-kubeconfig "$PWD/kubeconfig" --kubelet-insecure-tls --secure-port 4443 --cert-dir "$PWD/certs/metrics-server" \
    --metric-resolution 10s --kubelet-request-timeout 5s --kubelet-preferred-address-types InternalIP
  until_ok 120 kubectl get --raw /apis/metrics.k8s.io/v1beta1/nodes
}
