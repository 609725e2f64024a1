//! What of a cluster is watched.

/// A kind of objects that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Group and version, such as `apps/v1`.
    pub api_version: &'static str,
    /// Kind, such as `Deployment`.
    pub kind: &'static str,
    /// Name in URLs and in RBAC, such as `deployments`.
    pub plural: &'static str,
}

const fn kind(api_version: &'static str, kind: &'static str, plural: &'static str) -> Watched {
    Watched { api_version, kind, plural }
}

/// Kinds that the rules look at, and those whose changes may be a root cause.
///
/// Secrets are not among them: a broker would carry their data. What refers to a Secret is watched, so a missing one
/// is still found by what its pods say.
pub const WATCHED: &[Watched] = &[
    kind("v1", "Pod", "pods"),
    kind("v1", "Service", "services"),
    kind("v1", "ConfigMap", "configmaps"),
    kind("v1", "Event", "events"),
    kind("v1", "Node", "nodes"),
    kind("v1", "ResourceQuota", "resourcequotas"),
    kind("v1", "LimitRange", "limitranges"),
    kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    kind("v1", "ServiceAccount", "serviceaccounts"),
    kind("apps/v1", "Deployment", "deployments"),
    kind("apps/v1", "ReplicaSet", "replicasets"),
    kind("apps/v1", "StatefulSet", "statefulsets"),
    kind("apps/v1", "DaemonSet", "daemonsets"),
    kind("batch/v1", "Job", "jobs"),
    kind("batch/v1", "CronJob", "cronjobs"),
    kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    kind("networking.k8s.io/v1", "Ingress", "ingresses"),
];

impl Watched {
    /// API group; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}
