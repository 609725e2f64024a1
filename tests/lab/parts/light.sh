# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with inside.sh and run
# Light mode: kwok plays the kubelets, with our own Stages. No containers, no root, no fixed ports.

prepare() {
  local base
  base=$(free_ports) || return 1
  api_port=$base etcd_port=$((base + 1)) peer_port=$((base + 2)) kwok_port=$((base + 3))
  bind=127.0.0.1
  advertise=192.0.2.1 # of the range for documentation: a loopback address is refused
  CHIRON_LAB_CONTROLLER_FLAGS="--node-monitor-grace-period 20s --node-monitor-period 2s ${CHIRON_LAB_CONTROLLER_FLAGS:-}"
}

# Four free ports below the range from which the system takes the ports of outgoing connections: a client that knocks
# while the apiserver is stopped must not take its port.
free_ports() {
  local try base port busy
  for try in {1..50}; do
    base=$((15000 + (RANDOM % 1500) * 10))
    busy=
    for port in $base $((base + 1)) $((base + 2)) $((base + 3)); do
      (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && busy=1
    done
    [ -z "$busy" ] && echo "$base" && return
  done
  say "found no four free ports between 15000 and 30000 in $try tries"
  return 1
}

nodes() {
  local stages
  certificate kwok system:masters
  kubeconfig kwok "https://127.0.0.1:$api_port" kwok.kubeconfig
  for stages in "$lab"/stages/*.yaml; do echo --- && cat "$stages"; done >stages.yaml
  start kwok "$bin/kwok" --kubeconfig "$PWD/kwok.kubeconfig" --config "$PWD/stages.yaml" --node-lease-duration-seconds 20 \
    --manage-nodes-with-label-selector 'chiron.test/fault!=lost' --cidr 10.128.0.0/9 --node-ip 10.0.0.1 \
    --server-address "127.0.0.1:$kwok_port"
  fake_nodes "$node_count" | kubectl create --validate=false -f - >/dev/null
  # kubectl looks at one node after the other, five a second.
  until_ok 120 kubectl wait --for=condition=Ready nodes --all --timeout="$((5 + node_count / 2))s"
  until_ok 120 kubectl -n default get serviceaccount default
}

fake_nodes() {
  local stages
  local n
  for ((n = 1; n <= $1; n++)); do
    cat <<YAML
---
apiVersion: v1
kind: Node
metadata:
  name: node-$n
  labels: {kubernetes.io/hostname: node-$n, kubernetes.io/os: linux, kubernetes.io/arch: amd64, topology.kubernetes.io/zone: zone-$((n % 3))}
YAML
  done
}

finish() { :; }
