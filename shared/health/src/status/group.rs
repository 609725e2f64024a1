//! API groups: whose kind it is.

use serde_json::Value;

use crate::view;

/// Groups that the API server itself serves.
const BUILT_IN: &[&str] = &[
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
    "metrics.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// The API group of an object, empty for the core group.
pub(super) fn of(object: &Value) -> &str {
    view::text(object, &["apiVersion"]).rsplit_once('/').map_or("", |(group, _)| group)
}

/// Whether the API server itself serves the group.
pub(super) fn is_built_in(group: &str) -> bool {
    BUILT_IN.contains(&group)
}

/// Whether a group is what a pattern names; `*.example.com` stands for all groups below `example.com`.
pub(super) fn matches(pattern: &str, group: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => group.ends_with(suffix) || group == suffix.trim_start_matches('.'),
        None => pattern.split('|').any(|name| name == group),
    }
}
