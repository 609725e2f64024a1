//! Why it is wrong.

use crate::{FieldPath, Id, Incident, Mechanism, ObjectRef, Relation, Score, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The change that explains an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RootCause {
    /// How the change leads to what is seen.
    pub mechanism: Mechanism,
    /// The object that was changed.
    pub object: ObjectRef,
    /// The field that was changed; empty when the whole object appeared or vanished.
    pub field: FieldPath,
    /// The value before; null when absent or unknown.
    pub from: Value,
    /// The value after; null when absent.
    pub to: Value,
    /// When it was changed; null when no change was seen and the cause is read from the present state.
    pub changed_at: Option<Timestamp>,
    /// The field manager that wrote it, when the object tells.
    pub changed_by: Option<String>,
    /// How sure the statement is.
    pub confidence: Score,
    /// Ids of the observations it rests on.
    pub evidence: Vec<Id>,
}

/// One possible root cause, and why it was ranked where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hypothesis {
    /// The cause.
    #[serde(flatten)]
    pub cause: RootCause,
    /// How the changed object reaches the object in trouble; absent when no change was seen.
    pub relation: Option<Relation>,
    /// Why it explains what is seen, or why it does not.
    pub reason: String,
}

/// Who besides people owns an object, so that a direct change would be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Management {
    /// The tool: `Helm`, `Argo CD`, `Flux`, `Kustomize`, `HorizontalPodAutoscaler` or the name of a controller.
    pub tool: String,
    /// Where to change it instead.
    pub source: String,
}

/// Ranked root causes of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// The incident as it was when it was diagnosed.
    pub incident: Incident,
    /// When the diagnosis began, in the time of the events. What a label shows ends here.
    pub at: Timestamp,
    /// The most likely cause, when one is likely.
    pub root_cause: Option<RootCause>,
    /// All hypotheses, the most likely first.
    pub hypotheses: Vec<Hypothesis>,
    /// Who owns the object of the root cause, when a tool does.
    #[serde(default)]
    pub management: Option<Management>,
}
