//! `dev.chiron.observation.lapsed.v1`

use crate::Payload;
use chiron_model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Objects of one kind were not seen for a while. They are seen again: what changed in between was told before this, once
/// an object and late, and what happened in between and left no trace will never be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObservationLapsed {
    /// Name of the cluster.
    pub cluster: String,
    /// Group and version, such as `apps/v1`.
    pub api_version: String,
    /// The kind, such as `Deployment`.
    pub kind: String,
    /// The namespace, where only some are watched; empty for the whole cluster.
    #[serde(default)]
    pub namespace: String,
    /// The last time that the kind was seen before the gap.
    pub from: Timestamp,
    /// When all was known again.
    pub until: Timestamp,
    /// Why there was a gap, for people.
    pub reason: String,
    /// Objects that were found new, changed or gone.
    pub late: u64,
}

impl Payload for ObservationLapsed {
    const TYPE: &'static str = "dev.chiron.observation.lapsed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.until)
    }

    fn cluster(&self) -> Option<&str> {
        Some(&self.cluster)
    }

    fn subject(&self) -> Option<String> {
        Some(format!("{}/{}/{}", self.cluster, self.namespace, self.kind))
    }

    fn partition(&self) -> Option<String> {
        Some(format!("{}/{}", self.cluster, self.namespace))
    }
}
