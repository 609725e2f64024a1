# shellcheck shell=bash
kubectl uncordon -l kubernetes.io/os=linux
