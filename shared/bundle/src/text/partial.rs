//! The parts that all partial objects have.

use super::{AGE, table::Row};
use crate::{kinds, preamble::Hint};
use serde_json::{Map, Value, json};

/// Where a row stands and what is known about the command.
pub(super) struct Scope {
    /// What is known about the command.
    pub(super) hint: Hint,
    /// Line of the file.
    pub(super) line: u64,
}

/// Kind and version of a partial object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Typed<'k> {
    pub(super) kind: &'k str,
    pub(super) api_version: &'k str,
}

impl From<&'static kinds::Known> for Typed<'static> {
    fn from(known: &'static kinds::Known) -> Self {
        Self { kind: known.kind, api_version: known.api_version }
    }
}

/// An object of a row: type, name, namespace, labels and age.
pub(super) fn object(typed: Typed<'_>, row: &Row, scope: &Scope) -> Option<Value> {
    let name = row.get("NAME")?;
    // `kubectl get` of several kinds writes `deployment.apps/cart`.
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    if !is_name(name) {
        return None;
    }
    let namespace = row.get("NAMESPACE").or(scope.hint.namespace.as_deref()).filter(|name| is_name(name));
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), name.into());
    if let Some(namespace) = namespace.filter(|_| is_namespaced(typed.kind)) {
        metadata.insert("namespace".to_owned(), namespace.into());
    }
    if let Some(labels) = row.get("LABELS") {
        metadata.insert("labels".to_owned(), pairs(labels.split(',')));
    }
    if let Some(age) = row.get("AGE") {
        metadata.insert("annotations".to_owned(), json!({AGE: age}));
    }
    Some(json!({"apiVersion": typed.api_version, "kind": typed.kind, "metadata": metadata}))
}

/// `key=value` texts to a map.
pub(super) fn pairs<'t>(texts: impl Iterator<Item = &'t str>) -> Value {
    let pair = |text: &'t str| {
        let (key, value) = text.trim().split_once('=')?;
        Some((key.to_owned(), Value::from(value)))
    };
    Value::Object(texts.filter_map(pair).collect())
}

/// Adds an annotation.
pub(super) fn annotate(object: &mut Value, key: &str, text: &str) {
    object["metadata"]["annotations"][key] = text.into();
}

/// Sets a field at a path of keys, when there is a value.
pub(super) fn set(object: &mut Value, path: &[&str], value: Option<impl Into<Value>>) {
    let Some(value) = value else { return };
    let mut place = object;
    for key in path {
        place = &mut place[*key];
    }
    *place = value.into();
}

/// Whether the text may be the name of an object.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
    text.len() <= 253 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits)
}

/// Whether objects of the kind live in a namespace.
pub(super) fn is_namespaced(kind: &str) -> bool {
    !matches!(
        kind,
        "Node"
            | "Namespace"
            | "PersistentVolume"
            | "StorageClass"
            | "PriorityClass"
            | "CustomResourceDefinition"
            | "APIService"
            | "ClusterRole"
            | "ClusterRoleBinding"
            | "VolumeAttachment"
            | "IngressClass"
            | "RuntimeClass"
            | "CSIDriver"
            | "CSINode"
            | "ComponentStatus"
            | "MutatingWebhookConfiguration"
            | "CertificateSigningRequest"
            | "ValidatingWebhookConfiguration"
            | "ClusterOperator"
            | "ClusterVersion"
            | "MachineConfigPool"
    )
}
