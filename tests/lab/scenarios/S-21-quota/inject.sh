# shellcheck shell=bash
kubectl patch resourcequota/team --type=merge -p '{"spec": {"hard": {"pods": "2"}}}'
kubectl rollout restart deployment/web
