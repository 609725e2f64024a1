//! Who an object is, and what of it may be passed on.

use super::known::{Key, Version};
use crate::{Body, Resource};
use serde_json::{Value, json};
use std::sync::Arc;

/// `kubectl apply` writes the whole object into this annotation, also the data of a Secret.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The name and version of an object; none without a name, a uid, or a version that is a number.
pub(super) fn identity(object: &Value) -> Option<(Key, Arc<Version>)> {
    let metadata = &object["metadata"];
    let text = |field: &str| metadata[field].as_str().filter(|text| !text.is_empty());
    let (name, uid) = (text("name")?, text("uid")?);
    let version = text("resourceVersion")?.parse().ok()?;
    let key = Key::from(format!("{}/{name}", text("namespace").unwrap_or_default()));
    Some((key, Arc::new(Version { uid: uid.into(), version })))
}

/// Makes an object say its own kind, as the objects of a list do not and those that are only metadata do wrongly. Of
/// those only the metadata stays, whatever the server sent.
pub(super) fn dress(resource: &Resource, object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    match resource.body {
        Body::Full => {}
        Body::Metadata => {
            fields.retain(|name, _| name == "metadata");
            let annotations = fields.get_mut("metadata").and_then(|it| it.get_mut("annotations"));
            if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
                annotations.remove(LAST_APPLIED);
            }
        }
    }
    fields.insert("apiVersion".to_owned(), resource.api_version().into());
    fields.insert("kind".to_owned(), resource.kind.clone().into());
}

/// What is known of an object that was deleted unseen.
pub(super) fn remains(resource: &Resource, key: &Key, version: &Version) -> Value {
    let (namespace, name) = key.split_once('/').unwrap_or(("", key));
    let mut object = json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind,
        "metadata": {
            "name": name,
            "uid": version.uid,
            "resourceVersion": version.version.to_string(),
        },
    });
    if !namespace.is_empty() {
        object["metadata"]["namespace"] = namespace.into();
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Resource {
        Resource {
            group: String::new(),
            version: "v1".to_owned(),
            plural: "secrets".to_owned(),
            kind: "Secret".to_owned(),
            namespaced: true,
            watchable: true,
            body: Body::Metadata,
        }
    }

    #[test]
    fn of_a_secret_only_the_metadata_is_kept() {
        let mut secret = json!({
            "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata",
            "metadata": {"name": "s", "annotations": {LAST_APPLIED: "aHVudGVyMg==", "a": "b"}},
            "data": {"password": "aHVudGVyMg=="}, "stringData": {}, "type": "Opaque",
        });

        dress(&secrets(), &mut secret);

        let metadata = json!({"name": "s", "annotations": {"a": "b"}});
        assert_eq!(secret, json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata}));
    }

    #[test]
    fn odd_names_are_names() {
        for name in ["system:node:a b", "ä.\"quoted\"", "a.b-c"] {
            let object = json!({"metadata": {"name": name, "uid": "u", "resourceVersion": "7"}});

            let (key, version) = identity(&object).unwrap();

            let mut resource = secrets();
            resource.namespaced = false;
            assert_eq!(remains(&resource, &key, &version)["metadata"], object["metadata"]);
        }
    }

    #[test]
    fn what_has_no_identity_is_nobody() {
        for metadata in
            [json!(null), json!({"name": "a"}), json!({"name": "a", "uid": "", "resourceVersion": "1"})]
        {
            assert!(identity(&json!({"metadata": metadata})).is_none());
        }
        assert!(identity(&json!({"metadata": {"name": "a", "uid": "u", "resourceVersion": "x"}})).is_none());
    }
}
