//! Field managers, reduced to who wrote last, when, and what he changed after the object was made.

use chiron_model::{Digest, FieldPath, Timestamp, Writer};
use serde_json::Value;
use std::time::Duration;

/// What is written so soon after the creation belongs to it.
const WITH_CREATION: Duration = Duration::from_secs(2);
/// A manager that owns more fields wrote the whole object: that says nothing about what he changed.
const MAX_PATHS: usize = 32;

/// Who wrote an object, from its `metadata.managedFields`.
pub(crate) fn writers(object: &Value) -> Vec<Writer> {
    let created = object["metadata"]["creationTimestamp"].as_str().and_then(|time| time.parse().ok());
    let entries = object["metadata"]["managedFields"].as_array();
    entries.into_iter().flatten().map(|entry| writer(entry, created)).collect()
}

fn writer(entry: &Value, created: Option<Timestamp>) -> Writer {
    let fields = &entry["fieldsV1"];
    let status = entry["subresource"] == "status";
    let at: Option<Timestamp> = entry["time"].as_str().and_then(|time| time.parse().ok());
    let is_late = created.zip(at).is_some_and(|(created, at)| at > created.plus(WITH_CREATION));
    Writer {
        manager: entry["manager"].as_str().unwrap_or_default().to_owned(),
        status,
        at,
        fields: Digest::of(fields.to_string().as_bytes()).short().to_owned(),
        scales: !fields["f:spec"]["f:replicas"].is_null(),
        paths: if is_late && !status { paths(fields) } else { Vec::new() },
    }
}

/// The fields in a set of the `fieldsV1` format, without those that carry no intent; none when they are too many.
///
/// Source: Kubernetes, "Server-Side Apply": `f:` is a field, `k:` an item of a list by its keys, `v:` by its value.
fn paths(fields: &Value) -> Vec<FieldPath> {
    let mut found = Vec::new();
    walk(fields, &FieldPath::root(), &mut found);
    if found.len() > MAX_PATHS { Vec::new() } else { found }
}

fn walk(fields: &Value, path: &FieldPath, found: &mut Vec<FieldPath>) {
    let steps = fields.as_object().into_iter().flatten();
    let mut is_leaf = true;
    for (key, below) in steps.filter(|(key, _)| *key != ".") {
        is_leaf = false;
        if let Some(next) = step(path, key).filter(|it| !is_bookkeeping(it))
            && found.len() <= MAX_PATHS
        {
            walk(below, &next, found);
        }
    }
    if is_leaf && !path.is_root() {
        found.push(path.clone());
    }
}

fn step(path: &FieldPath, key: &str) -> Option<FieldPath> {
    let (kind, name) = key.split_once(':')?;
    match kind {
        "f" => Some(path.key(name)),
        "k" => {
            let keys: Value = serde_json::from_str(name).ok()?;
            Some(path.item(&FieldPath::item_name(&keys)?))
        }
        _ => None,
    }
}

fn is_bookkeeping(path: &FieldPath) -> bool {
    path.is_within("metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']")
        || path.is_within("metadata.annotations['deployment.kubernetes.io/revision']")
        || path.is_within("metadata.ownerReferences")
        || path.is_within("metadata.finalizers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tells_status_from_intent_and_who_scales() {
        let object = json!({"metadata": {"managedFields": [
            {"manager": "kubectl", "time": "2026-11-21T04:17:29Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": "kube-controller-manager", "subresource": "status"},
        ]}});

        let found = writers(&object);

        assert!(found[0].scales && !found[0].status && found[0].at.is_some());
        assert!(found[1].status && !found[1].scales && found[1].at.is_none());
    }

    #[test]
    fn names_the_fields_that_were_written_after_the_creation() {
        let image = json!({"f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {"f:image": {}}}}}}});
        let object = json!({"metadata": {
            "creationTimestamp": "2026-11-21T04:00:00Z",
            "managedFields": [
                {"manager": "kubectl-create", "time": "2026-11-21T04:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "kubectl-set", "time": "2026-11-21T04:17:29Z", "fieldsV1": image},
            ],
        }});

        let found = writers(&object);

        assert!(found[0].paths.is_empty());
        assert_eq!(found[1].paths, [FieldPath::from("spec.template.spec.containers[web].image")]);
    }
}
