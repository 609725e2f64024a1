//! The part of an object that says what somebody wants, without what the cluster reports back.

use serde_json::{Map, Value};

/// Kinds that controllers write to report, or to carry out what another object wants.
const DERIVED: &[&str] = &[
    "Pod",
    "ReplicaSet",
    "ControllerRevision",
    "Endpoints",
    "EndpointSlice",
    "Event",
    "Lease",
    "PodMetrics",
];

/// Annotations that controllers and tools keep for themselves.
const NOISE: &[&str] = &[
    "deployment.kubernetes.io/",
    "kubectl.kubernetes.io/last-applied-configuration",
    "endpoints.kubernetes.io/",
    "control-plane.alpha.kubernetes.io/",
    "autoscaling.alpha.kubernetes.io/",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
    "volume.beta.kubernetes.io/",
    "node.alpha.kubernetes.io/",
    "volumes.kubernetes.io/",
    "batch.kubernetes.io/",
];

/// Fields that the cluster fills in after creation.
const FILLED_IN: &[&str] = &[
    "clusterIP",
    "clusterIPs",
    "healthCheckNodePort",
    "volumeName",
    "podCIDR",
    "podCIDRs",
    "providerID",
    "claimRef",
    "ipFamilies",
    "ipFamilyPolicy",
];

/// Whether changes of objects of this kind are somebody's intent.
pub(crate) fn is_intended(kind: &str, has_controller: bool) -> bool {
    !DERIVED.contains(&kind) && !has_controller
}

/// The intent of an object: everything but status, identity and bookkeeping.
pub(crate) fn intent(body: &Value) -> Value {
    let mut wanted = Map::new();
    for (key, value) in body.as_object().into_iter().flatten() {
        match key.as_str() {
            "apiVersion" | "kind" | "status" => {}
            "metadata" => {
                let metadata = metadata(value);
                if !metadata.is_empty() {
                    wanted.insert(key.clone(), metadata.into());
                }
            }
            "spec" => {
                wanted.insert(key.clone(), without(value, FILLED_IN));
            }
            _ => {
                wanted.insert(key.clone(), value.clone());
            }
        }
    }
    wanted.into()
}

fn metadata(value: &Value) -> Map<String, Value> {
    let mut kept = Map::new();
    if let Some(labels) = value.get("labels") {
        kept.insert("labels".to_owned(), labels.clone());
    }
    if let Some(annotations) = value.get("annotations").and_then(Value::as_object) {
        let own: Map<String, Value> = annotations
            .iter()
            .filter(|(key, _)| !NOISE.iter().any(|noise| key.starts_with(noise)))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !own.is_empty() {
            kept.insert("annotations".to_owned(), own.into());
        }
    }
    kept
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let Some(fields) = value.as_object() else { return value.clone() };
    fields
        .iter()
        .filter(|(key, _)| !keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect::<Map<_, _>>()
        .into()
}

/// A manifest from which an object can be made again: what names it, and its intent.
pub(crate) fn manifest(body: &Value) -> Value {
    let mut whole = intent(body);
    if let Some(fields) = whole.as_object_mut() {
        for key in ["apiVersion", "kind"] {
            if let Some(value) = body.get(key) {
                fields.insert(key.to_owned(), value.clone());
            }
        }
        let metadata = fields.entry("metadata").or_insert_with(|| Map::new().into());
        for key in ["name", "namespace"] {
            if let (Some(metadata), Some(value)) = (metadata.as_object_mut(), body["metadata"].get(key)) {
                metadata.insert(key.to_owned(), value.clone());
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn leaves_out_status_and_bookkeeping() {
        let body = json!({
            "kind": "Deployment",
            "metadata": {"name": "web", "resourceVersion": "1", "annotations": {"deployment.kubernetes.io/revision": "2"}},
            "spec": {"replicas": 2},
            "status": {"replicas": 1},
        });

        assert_eq!(intent(&body), json!({"spec": {"replicas": 2}}));
    }

    #[test]
    fn a_manifest_names_its_object() {
        let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "uid": "u"}, "data": {"k": "v"}});

        let expected =
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}});
        assert_eq!(manifest(&body), expected);
    }
}
