//! What cAdvisor (in the kubelet) and kube-state-metrics tell of containers.
//!
//! Sums and maxima by namespace, pod and container leave out `id`, `image` and `uid`, so that a series goes on when its
//! container is started anew. Rows without a container are sums of the pod and would count twice; `POD` is the pause
//! container.

use super::{NamedQuery, counter, gauge};
use chiron_model::MetricType::{Cpu, Disk, ErrorRate, Memory, Network, Restarts};

pub(super) const QUERIES: &[NamedQuery] = &[
    gauge(
        "cpu_usage",
        Cpu,
        "cores",
        r#"sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[$window]))"#,
        "work, endless loops, and pods that stopped working",
    ),
    gauge(
        "cpu_throttled_share",
        Cpu,
        "ratio",
        r#"sum by (namespace, pod, container) (rate(container_cpu_cfs_throttled_periods_total{container!="",container!="POD"}[$window]))
 / (sum by (namespace, pod, container) (rate(container_cpu_cfs_periods_total{container!="",container!="POD"}[$window])) > 0)"#,
        "the limit of a container holds it back; it is slow without being busy",
    ),
    gauge(
        "memory_working_set",
        Memory,
        "bytes",
        r#"max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
        "what the kernel kills for; leaks show as growth",
    ),
    gauge(
        "memory_limit_share",
        Memory,
        "ratio",
        r#"max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"})
 / (max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})
 or max by (namespace, pod, container) (container_spec_memory_limit_bytes{container!="",container!="POD"}) > 0)"#,
        "how near to being killed; containers without a limit have none",
    ),
    counter(
        "oom_events",
        Memory,
        "events",
        r#"sum by (namespace, pod, container) (container_oom_events_total{container!="",container!="POD"})"#,
        "processes that were killed for their memory, also those that are not the first of their container",
    ),
    gauge(
        "oom_killed",
        Memory,
        "containers",
        r#"max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"})"#,
        "the last end of the container was for its memory; cAdvisor forgets that with the container",
    ),
    gauge(
        "network_received",
        Network,
        "bytes per second",
        r#"sum by (namespace, pod) (rate(container_network_receive_bytes_total{pod!=""}[$window]))"#,
        "floods, and callers that stopped calling",
    ),
    gauge(
        "network_sent",
        Network,
        "bytes per second",
        r#"sum by (namespace, pod) (rate(container_network_transmit_bytes_total{pod!=""}[$window]))"#,
        "floods, and answers that stopped",
    ),
    gauge(
        "network_errors",
        ErrorRate,
        "packets per second",
        r#"sum by (namespace, pod) (rate(container_network_receive_errors_total{pod!=""}[$window]))
 + sum by (namespace, pod) (rate(container_network_transmit_errors_total{pod!=""}[$window]))"#,
        "broken packets",
    ),
    gauge(
        "network_dropped",
        ErrorRate,
        "packets per second",
        r#"sum by (namespace, pod) (rate(container_network_receive_packets_dropped_total{pod!=""}[$window]))
 + sum by (namespace, pod) (rate(container_network_transmit_packets_dropped_total{pod!=""}[$window]))"#,
        "packets that found no room, as on a full link or queue",
    ),
    gauge(
        "filesystem_usage",
        Disk,
        "bytes",
        r#"sum by (namespace, pod, container) (container_fs_usage_bytes{container!="",container!="POD"})"#,
        "logs and files that grow until the pod is evicted",
    ),
    gauge(
        "disk_read",
        Disk,
        "bytes per second",
        r#"sum by (namespace, pod, container) (rate(container_fs_reads_bytes_total{container!="",container!="POD"}[$window]))"#,
        "reads of a container; also caches that were lost",
    ),
    gauge(
        "disk_written",
        Disk,
        "bytes per second",
        r#"sum by (namespace, pod, container) (rate(container_fs_writes_bytes_total{container!="",container!="POD"}[$window]))"#,
        "writes of a container",
    ),
    counter(
        "restarts",
        Restarts,
        "restarts",
        "max by (namespace, pod, container) (kube_pod_container_status_restarts_total)",
        "containers that end and are started again, as kube-state-metrics counts them",
    ),
    gauge(
        "container_starts",
        Restarts,
        "starts",
        r#"changes(max by (namespace, pod, container) (container_start_time_seconds{container!="",container!="POD"})[$window:])"#,
        "starts within the window, as cAdvisor sees them; without kube-state-metrics there is nothing else",
    ),
];
