//! `dev.chiron.surroundings.changed.v1`

use crate::{ObservationLapsed, Payload};
use chiron_model::{Observation, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a namespace must know of the cluster around it changed: nodes, classes, itself, or what can be seen at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurroundingsChanged {
    /// Name of the cluster.
    pub cluster: String,
    /// The namespace that is told.
    pub namespace: String,
    /// When it changed.
    pub at: Timestamp,
    /// Objects of the cluster, reduced to what matters to a namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
    /// Gaps that began or ended, for the whole cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapses: Vec<ObservationLapsed>,
}

impl Payload for SurroundingsChanged {
    const TYPE: &'static str = "dev.chiron.surroundings.changed.v1";

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
