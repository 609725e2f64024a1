# shellcheck shell=bash
kubectl delete crd -l lab.test/made=yes
