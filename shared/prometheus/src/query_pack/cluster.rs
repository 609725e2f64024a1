//! What the kubelet, kube-state-metrics, node-exporter and the controllers tell of volumes, nodes and workloads.

use super::{NamedQuery, gauge};
use chiron_model::MetricType::{Cpu, Custom, Disk, Memory};

pub(super) const QUERIES: &[NamedQuery] = &[
    gauge(
        "volume_usage_share",
        Disk,
        "ratio",
        "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes)
 / (max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes) > 0)",
        "volumes that run full",
    ),
    gauge(
        "volume_inode_share",
        Disk,
        "ratio",
        "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_used)
 / (max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes) > 0)",
        "volumes with room for bytes but not for files",
    ),
    gauge(
        "node_cpu_share",
        Cpu,
        "ratio",
        r#"1 - avg by (node, instance) (rate(node_cpu_seconds_total{mode="idle"}[$window]))"#,
        "nodes without a core to spare slow down everything on them",
    ),
    gauge(
        "node_memory_share",
        Memory,
        "ratio",
        "1 - max by (node, instance) (node_memory_MemAvailable_bytes)
 / (max by (node, instance) (node_memory_MemTotal_bytes) > 0)",
        "nodes that are about to evict pods",
    ),
    gauge(
        "node_disk_share",
        Disk,
        "ratio",
        r#"1 - max by (node, instance, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs|nsfs"})
 / (max by (node, instance, mountpoint) (node_filesystem_size_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs|nsfs"}) > 0)"#,
        "nodes whose disks run full stop pulling images and evict pods",
    ),
    gauge(
        "node_pressure",
        Custom,
        "conditions",
        r#"max by (node, condition) (kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable",status="true"})"#,
        "1 while the kubelet says that the node is short of something",
    ),
    gauge(
        "node_not_ready",
        Custom,
        "conditions",
        r#"1 - max by (node) (kube_node_status_condition{condition="Ready",status="true"})"#,
        "1 while the node is not ready or not heard of",
    ),
    gauge(
        "deployment_unavailable",
        Custom,
        "replicas",
        "max by (namespace, deployment) (kube_deployment_status_replicas_unavailable)",
        "replicas that a Deployment wants and does not have",
    ),
    gauge(
        "statefulset_unavailable",
        Custom,
        "replicas",
        "max by (namespace, statefulset) (kube_statefulset_replicas)
 - max by (namespace, statefulset) (kube_statefulset_status_replicas_ready)",
        "replicas that a StatefulSet wants and does not have",
    ),
    gauge(
        "daemonset_unavailable",
        Custom,
        "pods",
        "max by (namespace, daemonset) (kube_daemonset_status_number_unavailable)",
        "nodes on which the pod of a DaemonSet is not available",
    ),
    gauge(
        "autoscaler_share",
        Custom,
        "ratio",
        "max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas)
 / (max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas) > 0)",
        "1 when a workload cannot be scaled any further",
    ),
    gauge(
        "jobs_failed",
        Custom,
        "pods",
        "max by (namespace, job_name) (kube_job_status_failed)",
        "pods of a Job that failed",
    ),
    gauge(
        "target_up",
        Custom,
        "targets",
        "min by (namespace, pod, job, instance) (up)",
        "0 while Prometheus itself cannot scrape a target",
    ),
    gauge(
        "workqueue_depth",
        Custom,
        "items",
        "sum by (namespace, pod, job, instance, name) (workqueue_depth)",
        "controllers and operators that do not keep up",
    ),
];
