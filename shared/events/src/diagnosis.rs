//! `dev.chiron.diagnosis.completed.v1`

use crate::Payload;
use chiron_model::{Diagnosis, Id, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Root causes of an incident were ranked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiagnosisCompleted {
    /// The root causes.
    pub diagnosis: Diagnosis,
}

impl Payload for DiagnosisCompleted {
    const TYPE: &'static str = "dev.chiron.diagnosis.completed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.diagnosis.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.diagnosis.incident.id)
    }
}
