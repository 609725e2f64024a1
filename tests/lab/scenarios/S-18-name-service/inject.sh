# shellcheck shell=bash
kubectl patch configmap/coredns --type=merge -p '{"data": {"Corefile": ".:53 {\n  no-such-plugin\n}\n"}}'
sleep 1
kubectl delete pod -l k8s-app=kube-dns --wait=false # what runs keeps its settings until it starts anew
