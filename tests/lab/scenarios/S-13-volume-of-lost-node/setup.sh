# shellcheck shell=bash
setsid bash spare.sh >"$SCRATCH/spare.log" 2>&1 </dev/null &
until kubectl get node/node-spare >/dev/null 2>&1; do sleep 0.5; done
# What a kubelet says: that volumes of its node are attached from outside.
kubectl annotate node node-1 node-spare volumes.kubernetes.io/controller-managed-attach-detach=true
kubectl label node node-1 lab.test/disks=yes
sed "s/NAMESPACE/$NS/" setup.yaml | kubectl apply -f -
bash attach.sh node-1
kubectl rollout status deployment/store --timeout=60s
kubectl wait --for=condition=Ready node/node-spare --timeout=60s
kubectl label node node-spare lab.test/disks=yes
