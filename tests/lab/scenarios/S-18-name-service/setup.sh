# shellcheck shell=bash
"$LAB/image" "$SCRATCH/coredns.tar" lab.test/coredns:1 '{"Entrypoint": ["/coredns"]}' "/coredns=$(command -v coredns)"
ctr -a /run/containerd/containerd.sock -n k8s.io images import "$SCRATCH/coredns.tar"
kubectl apply -f setup.yaml
