# shellcheck shell=bash
# Two tries failed, the third one did it.
test "$(kubectl get job/report -o 'jsonpath={.status.failed}/{.status.succeeded}')" = 2/1
