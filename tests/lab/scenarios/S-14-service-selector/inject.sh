# shellcheck shell=bash
kubectl patch service/web --type=merge -p '{"spec": {"selector": {"app": "shop"}}}'
