//! `dev.chiron.observations.recorded.v1` and `dev.chiron.observations.sealed.v1`

use crate::{FrameError, Payload, read_frame};
use chiron_model::{Digest, Observation, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A part of an object in the store: a whole zstd frame of NDJSON, one observation a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// Key of the object in the bucket.
    pub key: String,
    /// First byte.
    pub offset: u64,
    /// Bytes, compressed.
    pub length: u64,
    /// SHA-256 of these bytes.
    pub sha256: Digest,
    /// Observations in it.
    pub count: u64,
}

/// Observations of one namespace were stored, in the order they arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservationsRecorded {
    /// Name of the cluster.
    pub cluster: String,
    /// Namespace; empty for objects of the cluster.
    pub namespace: String,
    /// Time of the oldest observation.
    pub earliest: Timestamp,
    /// Time of the newest observation.
    pub latest: Timestamp,
    /// Where they are stored.
    pub section: Section,
    /// The observations themselves, when they are few; otherwise they are read from the section.
    #[serde(default)]
    pub observations: Arc<Vec<Observation>>,
}

impl Payload for ObservationsRecorded {
    const TYPE: &'static str = "dev.chiron.observations.recorded.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.latest)
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

    fn lies_in(&self) -> Option<&Section> {
        self.observations.is_empty().then_some(&self.section)
    }

    fn take_stored(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.observations = Arc::new(read_frame(&self.section, bytes)?);
        Ok(())
    }
}

/// The watermark has passed: these are all observations of one namespace in a span of time, and no other will come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservationsSealed {
    /// Name of the cluster.
    pub cluster: String,
    /// Namespace; empty for objects of the cluster.
    pub namespace: String,
    /// Start of the span, inclusive.
    pub from: Timestamp,
    /// End of the span, exclusive.
    pub until: Timestamp,
    /// Where they are stored, in their true order and without repetition.
    pub section: Section,
    /// The observations themselves; read from the section by the host and never sent.
    #[serde(skip)]
    #[schemars(skip)]
    pub observations: Arc<Vec<Observation>>,
    /// What a namespace must know of the cluster around it, in true order; read from the section too.
    #[serde(skip)]
    #[schemars(skip)]
    pub around: Arc<Vec<Observation>>,
}

impl Payload for ObservationsSealed {
    const TYPE: &'static str = "dev.chiron.observations.sealed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.from)
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

    fn lies_in(&self) -> Option<&Section> {
        self.observations.is_empty().then_some(&self.section)
    }

    fn take_stored(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        let all: Vec<Observation> = read_frame(&self.section, bytes)?;
        let is_around = |it: &Observation| it.object.namespace != self.namespace;
        let (around, own) = all.into_iter().partition(is_around);
        self.around = Arc::new(around);
        self.observations = Arc::new(own);
        Ok(())
    }
}
