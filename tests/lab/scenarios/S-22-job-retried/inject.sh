# shellcheck shell=bash
kubectl apply -f job.yaml
