# shellcheck shell=bash
kubectl apply -f ../istio.yaml
kubectl wait --for=condition=Established crd --all --timeout=30s
kubectl apply -f setup.yaml
