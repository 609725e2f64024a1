# shellcheck shell=bash
kubectl delete storageclass local-disks --ignore-not-found
