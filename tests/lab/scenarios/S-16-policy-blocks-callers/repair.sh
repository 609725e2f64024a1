# shellcheck shell=bash
kubectl patch networkpolicy/web --type=json -p '[{"op": "add", "path": "/spec/ingress/0/from/-", "value": {"podSelector": {"matchLabels": {"app": "caller"}}}}]'
