//! Kinds without which nothing can be said of workloads.

/// While one of these is not seen, what is known of any workload may be true no more.
const ESSENTIAL: &[&str] = &[
    "Pod",
    "Event",
    "Node",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "Service",
    "EndpointSlice",
    "PersistentVolumeClaim",
];

/// Whether nothing can be said of workloads while objects of that kind are not seen.
#[must_use]
pub fn is_essential(kind: &str) -> bool {
    ESSENTIAL.contains(&kind)
}
