//! API groups: whose kind it is.

use crate::view;
use chiron_model::is_kubernetes_group;
use serde_json::Value;

/// The API group of an object, empty for the core group.
pub(super) fn of(object: &Value) -> &str {
    view::text(object, &["apiVersion"]).rsplit_once('/').map_or("", |(group, _)| group)
}

/// Whether the group comes with Kubernetes, or is the one of its metrics.
pub(super) fn is_built_in(group: &str) -> bool {
    is_kubernetes_group(group) || group == "metrics.k8s.io"
}

/// Whether a group is what a pattern names; `*.example.com` stands for all groups below `example.com`.
pub(super) fn matches(pattern: &str, group: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => group.ends_with(suffix) || group == suffix.trim_start_matches('.'),
        None => pattern.split('|').any(|name| name == group),
    }
}
