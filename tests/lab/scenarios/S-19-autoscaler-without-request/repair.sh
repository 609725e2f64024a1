# shellcheck shell=bash
kubectl set resources deployment/web --requests=cpu=50m
