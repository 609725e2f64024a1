# shellcheck shell=bash
KUBECONFIG=$SCRATCH/contexts "$CHIRON_ANALYZE" analyze --context a --context b -n "$NS" -o json
