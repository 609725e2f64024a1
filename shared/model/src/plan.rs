//! What to do about it: typed actions, never generated YAML or shell.

use crate::{FieldPath, Id, ObjectRef, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How much a plan could break.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// One workload, back to a state that was seen to work.
    #[default]
    Low,
    /// Several workloads, or a state that was not seen before.
    Medium,
    /// The cluster itself, or what cannot be taken back.
    High,
}

/// Whether a person must agree, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// Whether a person must agree.
    pub required: bool,
    /// Why, or why not.
    pub reason: String,
}

/// A field and the value it shall have; null removes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldValue {
    /// The field; empty for the whole object.
    pub field: FieldPath,
    /// The value.
    pub value: Value,
}

/// What is done, with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verb", content = "parameters")]
pub enum Verb {
    /// Restores recorded values of named fields.
    RevertFields {
        /// The fields and their recorded values.
        fields: Vec<FieldValue>,
    },
    /// Goes back to an earlier revision of a workload.
    RolloutUndo {
        /// The revision; null for the one before.
        to_revision: Option<u64>,
    },
    /// Replaces the pods of a workload one by one.
    RolloutRestart {},
    /// Sets the number of replicas.
    Scale {
        /// Replicas.
        replicas: u64,
    },
    /// Evicts a pod through the Eviction API.
    EvictPod {},
    /// Sets requests, limits or quotas to values that were not recorded before.
    PatchResources {
        /// The fields and their new values.
        fields: Vec<FieldValue>,
    },
    /// Keeps new pods off a node.
    Cordon {},
    /// Lets pods onto a node again.
    Uncordon {},
    /// Evicts the pods of a node.
    Drain {},
    /// Adds the least rule that lets a caller reach a workload.
    AllowTraffic {
        /// Labels of the callers.
        from: Value,
        /// The port.
        port: u16,
    },
    /// Tells a person.
    Notify {
        /// What to tell.
        message: String,
    },
    /// Does nothing, on purpose.
    NoAction {
        /// Why.
        reason: String,
    },
}

impl Verb {
    /// The name of the verb.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RevertFields { .. } => "RevertFields",
            Self::RolloutUndo { .. } => "RolloutUndo",
            Self::RolloutRestart {} => "RolloutRestart",
            Self::Scale { .. } => "Scale",
            Self::EvictPod {} => "EvictPod",
            Self::PatchResources { .. } => "PatchResources",
            Self::Cordon {} => "Cordon",
            Self::Uncordon {} => "Uncordon",
            Self::Drain {} => "Drain",
            Self::AllowTraffic { .. } => "AllowTraffic",
            Self::Notify { .. } => "Notify",
            Self::NoAction { .. } => "NoAction",
        }
    }

    /// The fields it writes, with their values; empty for verbs that write none by name.
    #[must_use]
    pub fn writes(&self) -> &[FieldValue] {
        match self {
            Self::RevertFields { fields } | Self::PatchResources { fields } => fields,
            Self::RolloutUndo { .. }
            | Self::RolloutRestart {}
            | Self::Scale { .. }
            | Self::EvictPod {}
            | Self::Cordon {}
            | Self::Uncordon {}
            | Self::Drain {}
            | Self::AllowTraffic { .. }
            | Self::Notify { .. }
            | Self::NoAction { .. } => &[],
        }
    }
}

/// What must hold before an action is taken, or it is not taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Precondition {
    /// The object must still be this one; empty when it must not exist.
    pub uid: String,
    /// The fields must still have these values.
    pub fields: Vec<FieldValue>,
}

/// What must hold after an action, and for how long, before it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// What must hold, in a sentence.
    pub expect: String,
    /// For how many seconds.
    pub sustained_seconds: u64,
}

/// How an action is taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rollback {
    /// The fields and the values they had before the action.
    pub fields: Vec<FieldValue>,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// What is done.
    #[serde(flatten)]
    pub verb: Verb,
    /// To which object.
    pub object: ObjectRef,
    /// What must hold before.
    pub precondition: Precondition,
    /// What must hold after.
    pub verification: Verification,
    /// How it is taken back; null when there is nothing to take back.
    pub rollback: Option<Rollback>,
}

/// A way to end an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Derived from the incident and the actions.
    pub id: Id,
    /// The incident.
    pub incident: Id,
    /// When it was made, in the time of the events.
    pub at: Timestamp,
    /// How much it could break.
    pub risk: Risk,
    /// Whether a person must agree.
    pub approval: Approval,
    /// The steps, in order.
    pub actions: Vec<Action>,
}

/// What the planner decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Decision {
    /// A way to end the incident.
    Proposed(Plan),
    /// No safe way, and why.
    Declined {
        /// Why.
        declined: String,
    },
}
