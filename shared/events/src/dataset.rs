//! `dev.chiron.dataset.{requested,published}.v1`

use crate::Payload;
use chiron_model::{DatasetSummary, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Somebody wants the accepted labels as a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatasetRequested {
    /// Name that the dataset shall have.
    pub name: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

/// A dataset lies in the bucket, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatasetPublished {
    /// What lies there.
    pub dataset: DatasetSummary,
}

impl Payload for DatasetRequested {
    const TYPE: &'static str = "dev.chiron.dataset.requested.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn subject(&self) -> Option<String> {
        Some(format!("datasets/{}", self.name))
    }
}

impl Payload for DatasetPublished {
    const TYPE: &'static str = "dev.chiron.dataset.published.v1";

    fn subject(&self) -> Option<String> {
        Some(format!("datasets/{}/{}", self.dataset.name, self.dataset.version))
    }
}
