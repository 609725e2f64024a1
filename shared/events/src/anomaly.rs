//! `dev.chiron.anomaly.{detected,ended,ranked}.v1`

use crate::Payload;
use chiron_model::{Anomaly, LabelType, Score, Timestamp};
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

/// Whether an anomaly is told to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RankVerdict {
    /// It is.
    Kept,
    /// It is counted and can be looked at, but makes no noise; and why.
    Suppressed(String),
}

/// How much an anomaly matters, by what became of others like it. Sent when it begins, and again when it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyRanked {
    /// What is, or was, unusual.
    pub anomaly: Anomaly,
    /// How likely it is part of real trouble; its own score until there is evidence.
    pub priority: Score,
    /// Outcomes and judgements that the priority rests on.
    pub evidence: u64,
    /// Families of causes that others like it had, the likeliest first.
    #[serde(default)]
    pub families: Vec<(LabelType, Score)>,
    /// Whether it is told.
    pub verdict: RankVerdict,
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

impl Payload for AnomalyRanked {
    const TYPE: &'static str = "dev.chiron.anomaly.ranked.v1";

    fn time(&self) -> Option<Timestamp> {
        self.anomaly.ended_at.or(Some(self.anomaly.started_at))
    }

    fn subject(&self) -> Option<String> {
        Some(subject(&self.anomaly))
    }

    fn partition(&self) -> Option<String> {
        Some(subject(&self.anomaly))
    }
}
