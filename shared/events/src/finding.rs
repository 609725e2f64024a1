//! `dev.chiron.finding.raised.v1` and `dev.chiron.finding.cleared.v1`

use crate::Payload;
use chiron_model::{Finding, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something is wrong. Sent again under the same finding id when it is corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRaised {
    /// What is wrong.
    pub finding: Finding,
}

/// It is not wrong any more, or what was wrong is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingCleared {
    /// What was wrong.
    pub finding: Finding,
}

fn partition(finding: &Finding) -> String {
    format!("{}/{}", finding.object.cluster, finding.object.namespace)
}

impl Payload for FindingRaised {
    const TYPE: &'static str = "dev.chiron.finding.raised.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.finding.updated_at)
    }

    fn subject(&self) -> Option<String> {
        Some(self.finding.object.subject())
    }

    fn partition(&self) -> Option<String> {
        Some(partition(&self.finding))
    }
}

impl Payload for FindingCleared {
    const TYPE: &'static str = "dev.chiron.finding.cleared.v1";

    fn time(&self) -> Option<Timestamp> {
        self.finding.cleared_at
    }

    fn subject(&self) -> Option<String> {
        Some(self.finding.object.subject())
    }

    fn partition(&self) -> Option<String> {
        Some(partition(&self.finding))
    }
}
