//! A series behaves as it did not before.

use crate::{Id, Score, Severity, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of one time series, such as `prod/shop/warning-events`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SeriesId(String);

impl SeriesId {
    /// Wraps a name as it is; no format is imposed.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeriesId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that its own past does not explain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Anomaly {
    /// Derived from the series and the time it began.
    pub id: Id,
    /// The series.
    pub series: SeriesId,
    /// Cluster of the series.
    pub cluster: String,
    /// Namespace of the series; empty for series of the cluster.
    pub namespace: String,
    /// How bad it is. Anomalies alone open no incident.
    pub severity: Severity,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// The value that gave it away, in the unit of the series.
    pub value: f64,
    /// What was expected instead.
    pub expected: f64,
    /// How unusual the value is.
    pub score: Score,
    /// The score from which on it counts.
    pub threshold: Score,
}
