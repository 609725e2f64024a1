# shellcheck shell=bash
kubectl rollout restart deployment/web
