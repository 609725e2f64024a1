# shellcheck shell=bash
kubectl set resources deployment/web --requests=memory=16Mi
