# shellcheck shell=bash
setsid bash spare.sh >"$SCRATCH/spare.log" 2>&1 </dev/null &
kubectl label node node-1 lab.test/disks=yes
sed "s/NAMESPACE/$NS/" setup.yaml | kubectl apply -f -
bash attach.sh node-1
kubectl rollout status deployment/store --timeout=60s
kubectl wait --for=condition=Ready node/node-spare --timeout=60s
kubectl label node node-spare lab.test/disks=yes
