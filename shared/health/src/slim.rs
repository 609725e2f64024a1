//! What a look needs of objects that are well: most of a cluster is, and keeping all of it takes most of the memory.

use crate::view::{is_ready, is_terminating, statuses, text};
use serde_json::{Map, Value};

/// Parts of a pod that is well which rules about others read: where it runs, what it takes, what it offers and holds.
const POD_SPEC: &[&str] = &[
    "nodeName",
    "containers",
    "initContainers",
    "hostNetwork",
    "priorityClassName",
    "serviceAccountName",
    "volumes",
];
/// Owners whose template rules read instead of what their pods repeat of it.
const OWNERS: &[&str] = &["ReplicaSet", "StatefulSet", "DaemonSet"];
const CONTAINER: &[&str] = &["name", "image", "ports", "resources", "restartPolicy"];
const POD_STATUS: &[&str] =
    &["phase", "podIP", "podIPs", "startTime", "conditions", "containerStatuses", "initContainerStatuses"];
const ENDPOINT: &[&str] = &["addresses", "conditions", "nodeName"];
const CONTAINER_STATUS: &[&str] = &["name", "ready", "restartCount", "state"];

/// Drops from an object what no rule asks for in a single look, without changing what is found, where all that made it is
/// read too.
///
/// Pods are reduced that are ready, never restarted and belong to a controller: their template is known from it.
pub fn slim(object: &mut Value) {
    match text(object, &["kind"]) {
        "Pod" if is_well(object) => slim_pod(object),
        "EndpointSlice" => each(object.get_mut("endpoints"), |endpoint| keep(endpoint, ENDPOINT)),
        _ => {}
    }
}

fn slim_pod(object: &mut Value) {
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    keep(spec, POD_SPEC);
    for list in ["containers", "initContainers"] {
        each(spec.get_mut(list), |container| keep(container, CONTAINER));
    }
    if let Some(volumes) = spec.get_mut("volumes").and_then(Value::as_array_mut) {
        volumes.retain(|volume| volume.get("persistentVolumeClaim").is_some());
    }
    let Some(status) = object.get_mut("status").and_then(Value::as_object_mut) else { return };
    keep(status, POD_STATUS);
    for list in ["containerStatuses", "initContainerStatuses"] {
        each(status.get_mut(list), |status| keep(status, CONTAINER_STATUS));
    }
    // A pod that is ready was scheduled and initialised.
    if let Some(conditions) = status.get_mut("conditions").and_then(Value::as_array_mut) {
        conditions.retain(|it| text(it, &["type"]) == "Ready" || text(it, &["status"]) != "True");
    }
    if status.get("podIPs").and_then(Value::as_array).is_some_and(|it| it.len() < 2) {
        status.remove("podIPs");
    }
}

fn is_well(pod: &Value) -> bool {
    let owners = pod.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    let is_owned = owners
        .into_iter()
        .flatten()
        .any(|it| it["controller"] == true && OWNERS.contains(&text(it, &["kind"])));
    let has_lived_once = |status: &Value| {
        status["restartCount"].as_u64().unwrap_or(0) == 0
            && status.get("lastState").and_then(Value::as_object).is_none_or(Map::is_empty)
    };
    is_owned && is_ready(pod) && !is_terminating(pod) && statuses(pod).all(has_lived_once)
}

fn keep(fields: &mut Map<String, Value>, wanted: &[&str]) {
    fields.retain(|key, _| wanted.contains(&key.as_str()));
}

fn each(list: Option<&mut Value>, change: impl Fn(&mut Map<String, Value>)) {
    let items = list.and_then(Value::as_array_mut).into_iter().flatten();
    items.filter_map(Value::as_object_mut).for_each(change);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(restarts: u64) -> Value {
        json!({
            "kind": "Pod",
            "metadata": {"name": "web", "ownerReferences": [{"controller": true, "kind": "ReplicaSet", "uid": "rs"}]},
            "spec": {
                "nodeName": "a",
                "containers": [{"name": "web", "image": "web:1", "env": [{"name": "A"}], "ports": [{"containerPort": 80}]}],
                "volumes": [{"name": "token", "projected": {}}, {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            },
            "status": {
                "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
                "containerStatuses": [{"name": "web", "restartCount": restarts, "lastState": {}}],
            },
        })
    }

    #[test]
    fn well_pod_keeps_what_others_ask_of_it() {
        let mut pod = pod(0);

        slim(&mut pod);

        assert_eq!(
            pod["spec"],
            json!({
                "nodeName": "a",
                "containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}],
                "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            })
        );
        assert_eq!(pod["status"]["conditions"], json!([{"type": "Ready", "status": "True"}]));
    }

    #[test]
    fn pod_that_was_in_trouble_stays_whole() {
        let mut restarted = pod(1);
        slim(&mut restarted);
        assert_eq!(restarted, pod(1));

        let mut odd = json!({"kind": "Pod", "spec": [], "status": "x"});
        slim(&mut odd);
        assert_eq!(odd, json!({"kind": "Pod", "spec": [], "status": "x"}));
    }
}
