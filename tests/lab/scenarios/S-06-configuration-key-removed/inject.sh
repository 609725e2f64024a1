# shellcheck shell=bash
kubectl patch configmap/settings --type=json -p '[{"op": "remove", "path": "/data/mode"}]'
kubectl delete pod -l app=web --wait=false # what runs does not notice before it starts anew
