# shellcheck shell=bash
images=$(dirname "$(command -v app)")/../images
setsid python3 registry.py "$images/app.tar" 5000 team right >"$SCRATCH/registry.log" 2>&1 </dev/null &
echo $! >"$SCRATCH/registry.pid"
kubectl create secret docker-registry registry --docker-server=localhost:5000 --docker-username=team --docker-password=right
kubectl apply -f setup.yaml
