//! `dev.chiron.metrics.recorded.v1`

use crate::{FrameError, Payload, Section, read_frame};
use chiron_model::{MetricSeries, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Samples of one shard of a cluster were recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricsRecorded {
    /// Name of the cluster.
    pub cluster: String,
    /// The shard that all series of the batch belong to; see [`MetricSeries::shard`].
    pub shard: u32,
    /// Time of the oldest sample.
    pub earliest: Timestamp,
    /// Time of the newest sample.
    pub latest: Timestamp,
    /// Where the series are stored, one a line; nothing when they are only here, as in recordings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    /// The series themselves, when they are few; otherwise they are read from the section.
    #[serde(default)]
    pub series: Arc<Vec<MetricSeries>>,
}

impl Payload for MetricsRecorded {
    const TYPE: &'static str = "dev.chiron.metrics.recorded.v1";

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
        Some(format!("{}/{}", self.cluster, self.shard))
    }

    fn lies_in(&self) -> Option<&Section> {
        self.section.as_ref().filter(|_| self.series.is_empty())
    }

    fn take_stored(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        if let Some(section) = &self.section {
            self.series = Arc::new(read_frame(section, bytes)?);
        }
        Ok(())
    }
}
