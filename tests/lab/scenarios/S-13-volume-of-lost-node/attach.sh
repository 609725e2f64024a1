# shellcheck shell=bash
# What the driver of a cloud would do: says that the volume is attached to node $1.
for _ in {1..60}; do
  name=$(kubectl get volumeattachments -o "jsonpath={.items[?(@.spec.nodeName=='$1')].metadata.name}")
  [ -z "$name" ] || break
  sleep 1
done
kubectl patch volumeattachment "$name" --subresource=status --type=merge -p '{"status": {"attached": true}}'
