# shellcheck shell=bash
kubectl delete job/report --ignore-not-found
rm -rf /run/chiron-tries
