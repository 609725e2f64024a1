# shellcheck shell=bash
kubectl patch service/web --type=json -p '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": "web"}]'
