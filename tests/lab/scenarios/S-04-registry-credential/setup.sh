# shellcheck shell=bash
# An image of its own: what was once pulled with a password is no longer free for pods that bring none.
"$LAB/image" "$SCRATCH/private.tar" localhost:5000/app:1 '{"Entrypoint": ["/app"], "Env": ["APP_SAY=private"]}' "/app=$(command -v app)"
setsid python3 registry.py "$SCRATCH/private.tar" 5000 team right >"$SCRATCH/registry.log" 2>&1 </dev/null &
echo $! >"$SCRATCH/registry.pid"
kubectl create secret docker-registry registry --docker-server=localhost:5000 --docker-username=team --docker-password=right
kubectl apply -f setup.yaml
