# shellcheck shell=bash
bash contexts.sh
kubectl set image deployment/web web=lab.test/app:9 # what goes wrong in the other member is still seen
