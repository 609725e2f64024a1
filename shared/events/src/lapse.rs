//! `dev.chiron.observation.lapsed.v1`

use crate::Payload;
use chiron_model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Objects of one kind are not seen for a while: a gap that begins, or one that is over.
///
/// It begins with the first list of a kind, too: until that is complete, what is not known may exist. When it is over, what
/// changed in between was told before this, once an object and late; what happened in between and left no trace will never
/// be known.
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
    /// The last time that the kind was seen before the gap; absent when it was never seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// When it was over; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// When this was said.
    pub at: Timestamp,
    /// Whether all objects of the kind are known now. It is over without that when the kind may not be read, or is not
    /// served any more.
    pub is_known: bool,
    /// Why there is a gap, for people.
    pub reason: String,
    /// Objects that were found new, changed or gone.
    pub late: u64,
}

impl Payload for ObservationLapsed {
    const TYPE: &'static str = "dev.chiron.observation.lapsed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
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
