//! One version of one object, as it was seen.

use crate::{Category, FieldPath, Id, ObjectRef, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What happened to the object.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// It appeared.
    Add,
    /// It changed.
    #[default]
    Update,
    /// It is gone; the body is its last state.
    Delete,
}

/// Who wrote an object last, and what he owns, reduced from `metadata.managedFields`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Writer {
    /// Name of the field manager, such as `kubectl-edit`.
    pub manager: String,
    /// Whether he wrote the status, not the intent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub status: bool,
    /// When he last wrote, to the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Fingerprint of the set of fields he owns.
    pub fields: String,
    /// Whether he owns `spec.replicas`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scales: bool,
    /// The fields he owns, when he wrote them after the object was made and they are few enough to say something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<FieldPath>,
}

/// One version of one object, with credentials replaced and noise removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// Derived from cluster, uid and resource version, so that one change has one id however often it is delivered.
    pub id: Id,
    /// What happened.
    pub operation: Operation,
    /// When it was sent, the earliest if it came several times.
    pub at: Timestamp,
    /// Which object.
    pub object: ObjectRef,
    /// Version of the object; larger is later. Only versions of one object are compared.
    pub version: u64,
    /// What it is about.
    pub category: Category,
    /// Who wrote the object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writers: Vec<Writer>,
    /// The object, redacted.
    pub body: Value,
}

impl Observation {
    /// The place in the true order: time, then object, then version.
    #[must_use]
    pub fn order(&self) -> (Timestamp, &str, u64) {
        (self.at, &self.object.uid, self.version)
    }
}
