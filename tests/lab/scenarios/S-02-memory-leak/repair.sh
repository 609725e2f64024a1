# shellcheck shell=bash
kubectl set image deployment/web web=lab.test/app:1
