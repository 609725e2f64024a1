//! What was changed, by whom and when.

use crate::{FieldPath, Id, Management, ObjectRef, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One field of one object got another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The object.
    pub object: ObjectRef,
    /// The field; empty when the whole object appeared or vanished.
    pub field: FieldPath,
    /// The value before; null when the field was absent.
    pub from: Value,
    /// The value after; null when the field is absent.
    pub to: Value,
    /// When.
    pub at: Timestamp,
    /// The field manager that wrote it, when the object tells.
    pub by: Option<String>,
    /// The observation that showed it.
    pub observation: Id,
}

impl Change {
    /// Whether the whole object appeared.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        self.field.is_root() && self.from.is_null()
    }

    /// Whether the whole object vanished.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        self.field.is_root() && self.to.is_null()
    }

    /// Whether `later` changes the same field again, or one inside or around it.
    #[must_use]
    pub fn is_touched_by(&self, later: &Self) -> bool {
        self.object.is_same_place(&later.object)
            && (later.field.is_within(self.field.as_str()) || self.field.is_within(later.field.as_str()))
    }
}

/// How a changed object reaches the object in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// It is the object in trouble, or the workload that owns it.
    Itself,
    /// The workload reads it: environment, volume, service account or pull secret.
    Reads,
    /// It limits what may be created in the namespace.
    Limits,
    /// It sends traffic to the workload, or should.
    Routes,
    /// It scales the workload, or is what an autoscaler in trouble scales.
    Scales,
    /// The workload runs, or should run, on it.
    Hosts,
    /// The workload names it as something it calls.
    Calls,
}

/// A change that may have caused a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suspect {
    /// How it reaches the object in trouble.
    pub relation: Relation,
    /// The tool that owns the changed object, when one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub management: Option<Management>,
    /// Whether nobody saw the change: it is read from who owns the field since when, and `from` is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unseen: bool,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}
