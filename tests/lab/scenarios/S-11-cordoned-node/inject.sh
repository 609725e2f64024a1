# shellcheck shell=bash
kubectl cordon -l kubernetes.io/os=linux
kubectl scale deployment/web --replicas=2
