# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with inside.sh and run
# Full mode: a real node in network, mount and pid namespaces of its own: containerd, kubelet, kube-proxy, CoreDNS.
# The bridge's address 10.244.0.1 is the node's, the apiserver's and that of DNS: the kubelet refuses a loopback address.

prepare() {
  api_port=6443 etcd_port=2379 peer_port=2380
  bind=0.0.0.0 advertise=10.244.0.1
  cgroup=/chiron-lab-$CHIRON_LAB_ID
  mount --make-rprivate / # nothing that is mounted here is seen outside
  mount --make-rshared /  # the kubelet shares mounts with pods
  hide /run
  hide /var/log
  hide /var/lib/cni
  hide /var/lib/kubelet
  ip link set lo up
  ip link add pods type bridge
  ip addr add 10.244.0.1/24 dev pods
  ip link set pods up
  ip route add default dev pods
  sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1 2>>logs/sysctl.log || say "sysctl: $(tail -1 logs/sysctl.log)"
  resolver
  container_runtime
}

# Names of the cluster for all, and a quick "no such host" for those of registries that do not exist.
resolver() {
  local file
  file=$(realpath -m /etc/resolv.conf)
  case $file in /run/*) mkdir -p "${file%/*}" && : >"$file" ;; esac
  echo "nameserver 10.244.0.1" >resolv.conf
  mount --bind resolv.conf "$file" || say "names of the cluster are not known outside of pods: $file cannot be replaced"
}

# hide FOLDER: an empty folder in memory in its place. What components leave there ends with the lab.
hide() {
  if [ ! -d "$1" ]; then
    mkdir -p "$1"
    echo "$1" >>made
  fi
  mount -t tmpfs -o mode=755 tmpfs "$1"
}

container_runtime() {
  local plugins=/usr/lib/cni
  [ -x $plugins/bridge ] || plugins=/opt/cni/bin
  mkdir -p cri cni /run/containerd /run/lab-cni
  # restrict_oom_score_adj: without CAP_SYS_RESOURCE scores may not go below our own.
  cat >cri/config.toml <<TOML
version = 2
root = "$PWD/cri/root"
state = "/run/containerd/state"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$PWD/cri/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "lab.test/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$plugins"
    conf_dir = "$PWD/cni"
TOML
  cat >cni/10-pods.conflist <<'JSON'
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
 {"type": "bridge", "bridge": "pods", "isGateway": true, "hairpinMode": true, "ipam": {"type": "host-local", "dataDir": "/run/lab-cni",
  "ranges": [[{"subnet": "10.244.0.0/24", "rangeStart": "10.244.0.10"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
 {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
  start containerd containerd -c cri/config.toml
}

load_images() {
  local image
  until_ok 120 ctr -a /run/containerd/containerd.sock version || return 1
  for image in "$bin"/../images/*.tar "${images[@]}"; do
    ctr -a /run/containerd/containerd.sock -n k8s.io images import "$image" >>logs/images.log 2>&1 || {
      say "containerd does not take the image $image: $(tail -1 logs/images.log)"
      return 1
    }
  done
}

nodes() {
  load_images || return 1
  certificate kubelet-server lab IP:10.244.0.1,DNS:node-a
  make_cgroup
  kubelet_settings
  start kubelet "$bin/kubelet" --kubeconfig "$PWD/kubeconfig" --config "$PWD/kubelet.yaml" --root-dir "$PWD/kubelet" \
    --cert-dir "$PWD/certs" --hostname-override node-a --node-ip 10.244.0.1
  start kube-proxy "$bin/kube-proxy" --kubeconfig "$PWD/kubeconfig" --proxy-mode iptables --cluster-cidr 10.244.0.0/24 \
    --hostname-override node-a --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0 --conntrack-tcp-timeout-close-wait 0
  cat >Corefile <<CORE
.:53 {
  bind 10.244.0.1
  errors
  kubernetes cluster.local test 10.96.0.0/16 {
    kubeconfig $PWD/kubeconfig lab
    ttl 5
  }
}
CORE
  start coredns "$bin/coredns" -conf Corefile
  until_ok 180 kubectl wait --for=condition=Ready node/node-a --timeout=30s || return 1
  until_ok 120 kubectl -n default get serviceaccount default || return 1
  if [ "$with_metrics" = yes ]; then
    # shellcheck source=/dev/null
    . "$lab/parts/metrics.sh"
    metrics
  fi
}

# A cgroup of our own in every hierarchy, so that the end of the lab can remove what the kubelet made below it.
make_cgroup() {
  local hierarchy
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p "/sys/fs/cgroup$cgroup"
  else
    for hierarchy in /sys/fs/cgroup/*/; do mkdir -p "${hierarchy%/}$cgroup"; done
  fi
}

kubelet_settings() {
  cat >kubelet.yaml <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: $cgroup
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PWD/certs/ca.crt}}
tlsCertFile: $PWD/certs/kubelet-server.crt
tlsPrivateKeyFile: $PWD/certs/kubelet-server.key
clusterDNS: [10.244.0.1]
clusterDomain: cluster.local
resolvConf: /dev/null
volumePluginDir: $PWD/kubelet/plugins-of-volumes
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
nodeStatusUpdateFrequency: 5s
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
podLogsDir: $PWD/pods
crashLoopBackOff: {maxContainerRestartPeriod: ${CHIRON_LAB_MAX_BACKOFF:-5s}}
featureGates: {KubeletCrashLoopBackOffMax: true}
YAML
}

# Containers end before the kubelet does, so that their mounts and cgroups go in order.
finish() {
  runs apiserver && timeout 10 kubectl delete pods -A --all --force --grace-period=0 >/dev/null 2>&1
  return 0
}
