# shellcheck shell=bash
kubectl label node node-1 chiron.test/fault-
bash attach.sh node-spare
pod=$(kubectl get pods -l app=store -o "jsonpath={.items[?(@.spec.nodeName=='node-spare')].metadata.name}")
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
kubectl patch pod "$pod" --subresource=status --type=merge -p '{"status": {"phase": "Running", "podIP": "10.99.0.1", "startTime": "'"$now"'",
 "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": "'"$now"'"}, {"type": "Initialized", "status": "True", "lastTransitionTime": "'"$now"'"},
  {"type": "ContainersReady", "status": "True", "lastTransitionTime": "'"$now"'"}, {"type": "Ready", "status": "True", "lastTransitionTime": "'"$now"'"}],
 "containerStatuses": [{"name": "store", "image": "lab.test/app:1", "imageID": "", "ready": true, "started": true, "restartCount": 0, "state": {"running": {"startedAt": "'"$now"'"}}}]}}'
