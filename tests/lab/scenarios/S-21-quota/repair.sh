# shellcheck shell=bash
kubectl patch resourcequota/team --type=merge -p '{"spec": {"hard": {"pods": "6"}}}'
