# shellcheck shell=bash
kubectl patch peerauthentication/default --type=merge -p '{"spec": {"mtls": {"mode": "STRICT"}}}'
