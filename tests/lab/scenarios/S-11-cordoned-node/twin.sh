# shellcheck shell=bash
kubectl scale deployment/web --replicas=2
