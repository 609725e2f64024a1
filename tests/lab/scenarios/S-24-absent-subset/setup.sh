# shellcheck shell=bash
# A mesh that is there keeps its own definitions.
kubectl get -f ../istio.yaml >/dev/null 2>&1 || kubectl create -f ../istio.yaml
kubectl wait --for=condition=Established -f ../istio.yaml --timeout=30s
kubectl apply -f setup.yaml
