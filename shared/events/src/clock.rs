//! `dev.chiron.clock.ticked.v1`

use crate::Payload;
use chiron_model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Time passed in a namespace: everything that happened there before is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockTicked {
    /// Name of the cluster.
    pub cluster: String,
    /// Namespace; empty for the cluster itself.
    pub namespace: String,
    /// What time it is, in the time of the events.
    pub at: Timestamp,
}

impl Payload for ClockTicked {
    const TYPE: &'static str = "dev.chiron.clock.ticked.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn cluster(&self) -> Option<&str> {
        Some(&self.cluster)
    }

    fn subject(&self) -> Option<String> {
        Some(format!("{}/{}", self.cluster, self.namespace))
    }

    fn partition(&self) -> Option<String> {
        Some(format!("{}/{}", self.cluster, self.namespace))
    }
}
