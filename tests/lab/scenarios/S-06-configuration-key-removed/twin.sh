# shellcheck shell=bash
kubectl patch configmap/settings --type=json -p '[{"op": "remove", "path": "/data/colour"}]'
kubectl delete pod -l app=web --wait=false
