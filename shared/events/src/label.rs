//! `dev.chiron.label.{generated,accepted,rejected}.v1` and `dev.chiron.feedback.given.v1`

use crate::Payload;
use chiron_model::{Id, Timestamp, TrainingLabel};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A training label was made of a verified incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelGenerated {
    /// The label.
    pub label: TrainingLabel,
}

/// A label is good enough to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelAccepted {
    /// The label.
    pub label: TrainingLabel,
    /// Quality in `0.0..=1.0`.
    pub quality: f64,
}

/// A label is not good enough to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelRejected {
    /// The label.
    pub label: TrainingLabel,
    /// Why, one reason each.
    pub reasons: Vec<String>,
}

/// What a person says of an incident, or of an anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackVerdict {
    /// It was real, and the cause of the incident is right.
    True,
    /// It was nothing, or the cause of the incident is wrong.
    False,
    /// It was meant to happen.
    Expected,
}

/// A person judged an incident, or an anomaly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackGiven {
    /// The incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Id>,
    /// The anomaly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anomaly: Option<Id>,
    /// The judgement.
    pub verdict: FeedbackVerdict,
    /// Who judged.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Payload for LabelGenerated {
    const TYPE: &'static str = "dev.chiron.label.generated.v1";

    fn incident(&self) -> Option<Id> {
        Some(self.label.incident)
    }
}

impl Payload for LabelAccepted {
    const TYPE: &'static str = "dev.chiron.label.accepted.v1";

    fn incident(&self) -> Option<Id> {
        Some(self.label.incident)
    }
}

impl Payload for LabelRejected {
    const TYPE: &'static str = "dev.chiron.label.rejected.v1";

    fn incident(&self) -> Option<Id> {
        Some(self.label.incident)
    }
}

impl Payload for FeedbackGiven {
    const TYPE: &'static str = "dev.chiron.feedback.given.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn incident(&self) -> Option<Id> {
        self.incident
    }
}
