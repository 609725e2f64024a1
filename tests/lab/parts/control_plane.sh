# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with inside.sh and run
# etcd, apiserver, controller manager and scheduler: the same in both modes.
# Reads: bin, api_port, etcd_port, peer_port, bind, advertise, and extra flags from the environment.

control_plane() {
  local api="https://127.0.0.1:$api_port" etcd="http://127.0.0.1:$etcd_port" peer="http://127.0.0.1:$peer_port"
  local own=(--kubeconfig "$PWD/kubeconfig" --authentication-kubeconfig "$PWD/kubeconfig" --authorization-kubeconfig "$PWD/kubeconfig"
    --leader-elect=false --secure-port 0 --kube-api-qps 500 --kube-api-burst 1000)
  local more_api more_controllers
  read -ra more_api <<<"${CHIRON_LAB_APISERVER_FLAGS:-}"
  read -ra more_controllers <<<"${CHIRON_LAB_CONTROLLER_FLAGS:-}"
  echo "$etcd" >etcd.url

  start etcd "$bin/etcd" --data-dir "$PWD/etcd" --unsafe-no-fsync --log-level warn --quota-backend-bytes 4294967296 \
    --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls "$peer" \
    --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer"
  start apiserver "$bin/kube-apiserver" --etcd-servers "$etcd" --secure-port "$api_port" --bind-address "$bind" \
    --advertise-address "$advertise" --service-cluster-ip-range 10.96.0.0/16 --authorization-mode RBAC --allow-privileged=true \
    --tls-cert-file "$PWD/certs/apiserver.crt" --tls-private-key-file "$PWD/certs/apiserver.key" --client-ca-file "$PWD/certs/ca.crt" \
    --kubelet-client-certificate "$PWD/certs/admin.crt" --kubelet-client-key "$PWD/certs/admin.key" \
    --kubelet-preferred-address-types InternalIP,Hostname --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$PWD/certs/service-accounts.key" --service-account-signing-key-file "$PWD/certs/service-accounts.key" \
    --requestheader-client-ca-file "$PWD/certs/ca.crt" --requestheader-allowed-names front-proxy \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- --proxy-client-cert-file "$PWD/certs/front-proxy.crt" \
    --proxy-client-key-file "$PWD/certs/front-proxy.key" --cert-dir "$PWD/certs" "${more_api[@]}"
  kubeconfig admin "$api" kubeconfig
  until_ok 180 kubectl get --raw /readyz || return 1
  start controller-manager "$bin/kube-controller-manager" "${own[@]}" --root-ca-file "$PWD/certs/ca.crt" \
    --service-account-private-key-file "$PWD/certs/service-accounts.key" --use-service-account-credentials \
    --cert-dir "$PWD/certs" --requestheader-client-ca-file "$PWD/certs/ca.crt" --horizontal-pod-autoscaler-sync-period 5s \
    --node-monitor-grace-period 40s --concurrent-deployment-syncs 20 --concurrent-replicaset-syncs 20 "${more_controllers[@]}"
  start scheduler "$bin/kube-scheduler" "${own[@]}" --cert-dir "$PWD/certs"
}
