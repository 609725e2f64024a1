# shellcheck shell=bash
kubectl patch hpa/web --type=json -p '[{"op": "replace", "path": "/spec/metrics/0/resource/target/averageUtilization", "value": 90}]'
