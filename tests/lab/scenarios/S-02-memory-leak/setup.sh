# shellcheck shell=bash
# Two later releases: one that leaks, and one that only says hello.
release() {
  "$LAB/image" "$SCRATCH/$1.tar" "lab.test/app:$1" "{\"Entrypoint\": [\"/app\"], \"Env\": [$2]}" "/app=$(command -v app)"
  ctr -a /run/containerd/containerd.sock -n k8s.io images import "$SCRATCH/$1.tar"
}
release leaking '"APP_EAT_MB=400", "APP_EAT_MB_PER_SECOND=10"'
release greeting '"APP_SAY=hello"'
kubectl apply -f setup.yaml
