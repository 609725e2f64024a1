//! Reading Kubernetes objects without fear of what is missing.

use chiron_model::Timestamp;
use serde_json::Value;

/// The value below `path`, `Null` when a step is missing.
pub(crate) fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// The text below `path`, empty when it is not there.
pub(crate) fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    at(value, path).as_str().unwrap_or("")
}

/// The whole number below `path`, 0 when it is not there.
pub(crate) fn count(value: &Value, path: &[&str]) -> u64 {
    at(value, path).as_u64().unwrap_or(0)
}

/// The list below `path`, empty when it is not there.
pub(crate) fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path).as_array().map_or(&[], Vec::as_slice)
}

/// The time below `path`.
pub(crate) fn time(value: &Value, path: &[&str]) -> Option<Timestamp> {
    at(value, path).as_str()?.parse().ok()
}

/// The condition of that type in `status.conditions`.
pub(crate) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    list(object, &["status", "conditions"]).iter().find(|condition| text(condition, &["type"]) == kind)
}

/// Whether a condition has that status.
pub(crate) fn has_condition(object: &Value, kind: &str, status: &str) -> bool {
    condition(object, kind).is_some_and(|condition| text(condition, &["status"]) == status)
}

/// Whether every label that `selector` asks for is in `labels`. An empty selector matches nothing here.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    selector.as_object().is_some_and(|wanted| {
        !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
    })
}

/// Whether the object is being deleted.
pub(crate) fn is_terminating(object: &Value) -> bool {
    !at(object, &["metadata", "deletionTimestamp"]).is_null()
}

/// The pod template of a workload, or the pod itself.
pub(crate) fn template(object: &Value) -> &Value {
    match text(object, &["kind"]) {
        "Pod" => object,
        "CronJob" => at(object, &["spec", "jobTemplate", "spec", "template"]),
        _ => at(object, &["spec", "template"]),
    }
}

/// All containers of a pod spec, init containers first.
pub(crate) fn containers(pod_spec: &Value) -> impl Iterator<Item = &Value> {
    list(pod_spec, &["initContainers"]).iter().chain(list(pod_spec, &["containers"]))
}

/// The container of that name in a pod spec.
pub(crate) fn container<'a>(pod_spec: &'a Value, name: &str) -> Option<&'a Value> {
    containers(pod_spec).find(|container| text(container, &["name"]) == name)
}

/// All container statuses of a pod, init containers first.
pub(crate) fn statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    list(pod, &["status", "initContainerStatuses"]).iter().chain(list(pod, &["status", "containerStatuses"]))
}

/// Whether the pod is ready.
pub(crate) fn is_ready(pod: &Value) -> bool {
    has_condition(pod, "Ready", "True") && !is_terminating(pod)
}
