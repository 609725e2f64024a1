# shellcheck shell=bash
kubectl label node node-1 chiron.test/fault- lab.test/disks-
kubectl delete deployment/store --ignore-not-found
kubectl delete node/node-spare persistentvolume/disk-of-store csidriver/disks.lab.test --ignore-not-found --wait=false
kubectl delete volumeattachments --all --wait=false
