# shellcheck shell=bash
bash contexts.sh valid
kubectl set image deployment/web web=lab.test/app:1
