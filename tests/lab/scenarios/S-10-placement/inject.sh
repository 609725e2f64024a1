# shellcheck shell=bash
kubectl patch deployment/web --type=merge -p '{"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/os": "plan9"}}}}}'
