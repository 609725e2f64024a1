//! `dev.chiron.anomaly.detected.v1` and `dev.chiron.anomaly.ended.v1`

use crate::Payload;
use chiron_model::{Anomaly, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A series behaves as it did not before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyDetected {
    /// What is unusual.
    pub anomaly: Anomaly,
}

/// A series behaves again as it used to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyEnded {
    /// What was unusual.
    pub anomaly: Anomaly,
}

fn subject(anomaly: &Anomaly) -> String {
    format!("{}/{}", anomaly.cluster, anomaly.namespace)
}

impl Payload for AnomalyDetected {
    const TYPE: &'static str = "dev.chiron.anomaly.detected.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.anomaly.started_at)
    }

    fn subject(&self) -> Option<String> {
        Some(subject(&self.anomaly))
    }

    fn partition(&self) -> Option<String> {
        Some(subject(&self.anomaly))
    }
}

impl Payload for AnomalyEnded {
    const TYPE: &'static str = "dev.chiron.anomaly.ended.v1";

    fn time(&self) -> Option<Timestamp> {
        self.anomaly.ended_at
    }

    fn subject(&self) -> Option<String> {
        Some(subject(&self.anomaly))
    }

    fn partition(&self) -> Option<String> {
        Some(subject(&self.anomaly))
    }
}
