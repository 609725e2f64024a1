# shellcheck shell=bash
kubectl apply -f setup.yaml
kubectl wait --for=condition=ScalingActive hpa/web --timeout=120s
