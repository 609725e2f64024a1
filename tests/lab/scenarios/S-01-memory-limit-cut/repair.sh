# shellcheck shell=bash
kubectl set resources deployment/web --limits=memory=128Mi
