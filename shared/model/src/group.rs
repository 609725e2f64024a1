//! API groups.

/// Groups of Kubernetes itself.
const KUBERNETES: &[&str] = &[
    "all custom kinds",
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Whether an API group is one of Kubernetes itself, not one that was added to it. The core group is empty.
#[must_use]
pub fn is_kubernetes_group(group: &str) -> bool {
    KUBERNETES.contains(&group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_not_of_kubernetes() {
        assert!(
            is_kubernetes_group("") && is_kubernetes_group("apps") && is_kubernetes_group("storage.k8s.io")
        );
        assert!(!is_kubernetes_group("snapshot.storage.k8s.io") && !is_kubernetes_group("argoproj.io"));
    }
}
