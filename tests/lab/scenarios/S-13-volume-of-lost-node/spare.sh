# shellcheck shell=bash
# A second node that takes pods and does not start them before their volumes are there: nobody does, here.
kubectl apply -f - <<'Y'
apiVersion: v1
kind: Node
metadata: {name: node-spare, labels: {chiron.test/fault: lost, kubernetes.io/hostname: node-spare, kubernetes.io/os: linux}}
Y
moment() { date -u +%Y-%m-%dT%H:%M:%SZ; }
status() {
  cat <<J
{"status": {"capacity": {"cpu": "8", "memory": "32Gi", "pods": "110"}, "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "110"},
 "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
  "lastHeartbeatTime": "$(moment)", "lastTransitionTime": "$(moment)"}]}}
J
}
kubectl patch node/node-spare --subresource=status --type=merge -p "$(status)"
while [ -d "$SCRATCH" ] && kubectl get node/node-spare >/dev/null 2>&1; do
  kubectl apply -f - <<J
{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "node-spare", "namespace": "kube-node-lease"},
 "spec": {"holderIdentity": "node-spare", "leaseDurationSeconds": 40, "renewTime": "$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)"}}
J
  sleep 5
done
