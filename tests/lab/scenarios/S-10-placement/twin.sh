# shellcheck shell=bash
kubectl patch deployment/web --type=json -p '[{"op": "remove", "path": "/spec/template/spec/nodeSelector"}]'
