//! `dev.chiron.watermark.advanced.v1`

use crate::Payload;
use chiron_model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A batch of observations of one cluster was stored; its newest event moves the watermark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatermarkAdvanced {
    /// Name of the cluster.
    pub cluster: String,
    /// Time of the oldest event of the batch.
    pub earliest: Timestamp,
    /// Time of the newest event of the batch.
    pub latest: Timestamp,
    /// Namespaces of the batch, with the time of their newest event. Empty when only time passed.
    pub namespaces: BTreeMap<String, Timestamp>,
    /// Whether nothing will follow, as at the end of a recording.
    #[serde(default)]
    pub last: bool,
}

impl Payload for WatermarkAdvanced {
    const TYPE: &'static str = "dev.chiron.watermark.advanced.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.latest)
    }

    fn cluster(&self) -> Option<&str> {
        Some(&self.cluster)
    }

    fn subject(&self) -> Option<String> {
        Some(self.cluster.clone())
    }

    fn partition(&self) -> Option<String> {
        Some(self.cluster.clone())
    }
}
