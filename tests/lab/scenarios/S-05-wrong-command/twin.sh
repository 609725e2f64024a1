# shellcheck shell=bash
kubectl patch deployment/web --type=json -p '[{"op": "replace", "path": "/spec/template/spec/containers/0/command", "value": ["/app", "--say=hello"]}]'
