//! A series behaves as it did not before.

use crate::{Direction, Id, MetricOwner, MetricType, Sample, Score, Severity, Timestamp};
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
    /// What the series measures; nothing for rates of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<MetricType>,
    /// On which side of what was expected the value lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// What the series belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MetricOwner>,
    /// Unit of the values; empty when it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Series of the same workload that went the same way at the same time, and are not told one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<SeriesId>,
    /// The last values before and at the anomaly, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub window: Vec<Sample>,
    /// What drove the score, the strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drivers: Vec<Driver>,
}

/// One part of what makes a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Driver {
    /// Name of the feature, such as `seasonal-residual`, `range-record` or `siblings`.
    pub feature: String,
    /// What the feature measured, in its own unit.
    pub value: f64,
    /// How unusual that is for this series.
    pub score: Score,
    /// Its share of the whole score; all shares together are 1.
    pub share: Score,
}
