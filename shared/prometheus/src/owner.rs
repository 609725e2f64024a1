//! What a series belongs to, by its labels.
//!
//! Labels come from cAdvisor, the kubelet, kube-state-metrics, OpenTelemetry, service meshes and the programs themselves,
//! and scraping adds those of the endpoint, which are not always about the thing that is measured.

mod cgroup;
mod pod_name;

pub use cgroup::{CgroupRow, cgroup_row, repeats_others};
pub use pod_name::{workload_of_pod, workload_of_replica_set};

use chiron_model::MetricOwner;
use std::collections::BTreeMap;

type Labels = BTreeMap<String, String>;

/// Labels with a namespace, the surest first. `exported_` is what Prometheus puts before a label that the endpoint has too.
const NAMESPACE: &[&str] = &[
    "exported_namespace",
    "namespace",
    "k8s_namespace_name",
    "kubernetes_namespace",
    "kubernetes_namespace_name",
    "kube_namespace",
    "namespace_name",
    "pod_namespace",
    "io_kubernetes_pod_namespace",
    "container_label_io_kubernetes_pod_namespace",
    "destination_workload_namespace",
    "destination_service_namespace",
    "dst_namespace",
];

/// Labels with the name of a pod, the surest first.
const POD: &[&str] = &[
    "exported_pod",
    "pod",
    "pod_name",
    "k8s_pod_name",
    "kubernetes_pod_name",
    "kube_pod",
    "kube_pod_name",
    "io_kubernetes_pod_name",
    "container_label_io_kubernetes_pod_name",
];

/// Labels with the name of a container, the surest first.
const CONTAINER: &[&str] = &[
    "exported_container",
    "container",
    "container_name",
    "k8s_container_name",
    "kubernetes_container_name",
    "kube_container_name",
    "io_kubernetes_container_name",
    "container_label_io_kubernetes_container_name",
];

/// Labels with the name of a workload, the surest first.
const WORKLOAD: &[&str] = &[
    "exported_deployment",
    "deployment",
    "k8s_deployment_name",
    "kube_deployment",
    "statefulset",
    "k8s_statefulset_name",
    "kube_stateful_set",
    "daemonset",
    "k8s_daemonset_name",
    "kube_daemon_set",
    "cronjob",
    "k8s_cronjob_name",
    "deploymentconfig",
    "rollout",
    "workload",
    "destination_workload",
    "dst_deployment",
];

/// Labels with the name of a Job, which may be one of many of a `CronJob`.
const JOB: &[&str] = &["job_name", "k8s_job_name", "kube_job"];

/// Labels with the name of a `ReplicaSet`.
const REPLICA_SET: &[&str] = &["replicaset", "k8s_replicaset_name", "kube_replica_set"];

/// Labels with the name of a service or program, for what has neither workload nor pod.
const SERVICE: &[&str] = &[
    "destination_service_name",
    "service_name",
    "microservice",
    "service",
    "exported_service",
    "app_kubernetes_io_name",
    "label_app_kubernetes_io_name",
    "app",
    "exported_job",
    "job",
];

/// Names with these beginnings are of components that measure other things than themselves, so that the service and the
/// job of the endpoint say nothing.
const OBSERVERS: &[&str] = &["kube_", "container_", "kubelet_volume_", "machine_", "node_", "pod_"];

/// Objects of kube-state-metrics that are in no namespace.
const CLUSTER_SCOPED: &[&str] = &[
    "kube_certificatesigningrequest_",
    "kube_clusterrole",
    "kube_ingressclass_",
    "kube_mutatingwebhookconfiguration_",
    "kube_node_",
    "kube_persistentvolume_",
    "kube_runtimeclass_",
    "kube_state_metrics_",
    "kube_storageclass_",
    "kube_validatingwebhookconfiguration_",
    "kube_volumeattachment_",
];

/// What the series `name` with these labels belongs to; parts that the labels do not tell are empty.
///
/// The workload is what the labels name, or else follows from the name of the pod. A Job of a `CronJob` belongs to the
/// `CronJob`, a pod of a `ReplicaSet` to its Deployment.
#[must_use]
pub fn owner_of(name: &str, labels: &Labels) -> MetricOwner {
    let first = |names: &[&str]| names.iter().find_map(|it| labels.get(*it)).cloned().unwrap_or_default();
    let has_namespace = !CLUSTER_SCOPED.iter().any(|it| name.starts_with(it));
    let namespace = if has_namespace { first(NAMESPACE) } else { String::new() };
    let (pod, container) = if is_about_pods(name) { pod_and_container(labels) } else { Default::default() };
    let workload = workload(name, &namespace, &pod, labels);
    MetricOwner { namespace, workload, pod, container }
}

/// Whether labels with pods are about what is measured. kube-state-metrics tells of many kinds of objects, and the pod
/// in labels of another kind than pods is its own.
fn is_about_pods(name: &str) -> bool {
    !name.starts_with("kube_") || name.starts_with("kube_pod_")
}

/// The pod and the container; both from the endpoint, or both from the exporter.
fn pod_and_container(labels: &Labels) -> (String, String) {
    let is_exported = labels.contains_key("exported_pod");
    let first = |names: &[&str]| {
        let mut known = names.iter().filter(|it| !is_exported || it.starts_with("exported_"));
        known.find_map(|it| labels.get(*it)).cloned().unwrap_or_default()
    };
    let container = first(CONTAINER);
    // The sandbox of a pod is no container of it.
    let container = if container == "POD" { String::new() } else { container };
    (first(POD), container)
}

fn workload(name: &str, namespace: &str, pod: &str, labels: &Labels) -> String {
    let first = |names: &[&str]| names.iter().find_map(|it| labels.get(*it)).filter(|it| !it.is_empty());
    if let Some(workload) = first(WORKLOAD) {
        return workload.clone();
    }
    if let Some(job) = first(JOB) {
        return pod_name::cron_job_of(job).to_owned();
    }
    if let Some(replica_set) = first(REPLICA_SET) {
        return workload_of_replica_set(replica_set).to_owned();
    }
    if !pod.is_empty() {
        let node = ["node", "k8s_node_name"].iter().find_map(|it| labels.get(*it)).map_or("", String::as_str);
        return workload_of_pod(namespace, pod, node).to_owned();
    }
    if name.starts_with("kube_service_") {
        return first(&["exported_service", "service"]).cloned().unwrap_or_default();
    }
    let is_of_others = OBSERVERS.iter().any(|it| name.starts_with(it));
    if is_of_others { String::new() } else { first(SERVICE).cloned().unwrap_or_default() }
}
