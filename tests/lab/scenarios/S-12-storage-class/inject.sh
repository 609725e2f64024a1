# shellcheck shell=bash
kubectl apply -f claim.yaml
