# shellcheck shell=bash
kubectl delete deployment/web persistentvolumeclaim/data
