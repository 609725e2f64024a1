# shellcheck shell=bash
kubectl apply -f setup.yaml
bash contexts.sh valid
