# shellcheck shell=bash
kubectl patch deployment/web --type=json -p '[
  {"op": "remove", "path": "/spec/template/spec/containers/0/livenessProbe/initialDelaySeconds"},
  {"op": "replace", "path": "/spec/template/spec/containers/0/livenessProbe/periodSeconds", "value": 1},
  {"op": "replace", "path": "/spec/template/spec/containers/0/livenessProbe/failureThreshold", "value": 1}]'
