# shellcheck shell=bash
kubectl delete storageclass "$NS" --ignore-not-found
