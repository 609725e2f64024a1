# shellcheck shell=bash
kubectl create job report --image=lab.test/busybox:1 -- true
