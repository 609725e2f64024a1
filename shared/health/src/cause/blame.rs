//! What a rule itself found to be at fault.

use crate::verdict::BLAMED;
use chiron_model::{Change, FieldPath, Finding, Mechanism, ObjectRef};
use serde::Deserialize;
use serde_json::Value;

/// A field of an object that is at fault as it is now.
#[derive(Debug, Deserialize)]
pub(crate) struct Blame {
    /// How it leads to what is seen.
    pub mechanism: Mechanism,
    /// The object.
    pub object: ObjectRef,
    /// The field; empty is the whole object.
    pub field: FieldPath,
    /// The value now.
    pub value: Value,
}

impl Blame {
    /// What the rule behind `finding` blames; `None` when it blames nothing.
    pub(crate) fn of(finding: &Finding) -> Option<Self> {
        Self::deserialize(finding.facts.get(BLAMED)?).ok()
    }

    /// Whether `change` is one of the field that is blamed, or of one inside or around it.
    pub(crate) fn fits(&self, change: &Change) -> bool {
        change.object.is_same_place(&self.object)
            && (change.field.is_within(self.field.as_str()) || self.field.is_within(change.field.as_str()))
    }
}
