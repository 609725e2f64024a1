//! What is measured: series of samples, with what they belong to.

use crate::{SeriesId, Timestamp, number};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// Series of a cluster are spread over so many shards; all series of one workload are in one of them.
pub const SERIES_SHARDS: u32 = 16;

/// What a series measures. What is not known is [`MetricType::Custom`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetricType {
    /// Processor time or its share, also throttling.
    Cpu,
    /// Bytes of memory in use.
    Memory,
    /// Bytes or packets over the network.
    Network,
    /// Bytes, operations or space of disks.
    Disk,
    /// How long something takes, as a mean or a quantile.
    Latency,
    /// Failures, as a rate or a share.
    ErrorRate,
    /// How often containers were restarted.
    Restarts,
    /// Anything else.
    Custom,
}

impl MetricType {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Cpu,
        Self::Memory,
        Self::Network,
        Self::Disk,
        Self::Latency,
        Self::ErrorRate,
        Self::Restarts,
        Self::Custom,
    ];

    /// The word in events and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Network => "network",
            Self::Disk => "disk",
            Self::Latency => "latency",
            Self::ErrorRate => "error-rate",
            Self::Restarts => "restarts",
            Self::Custom => "custom",
        }
    }
}

impl fmt::Display for MetricType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word is no metric type.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected cpu, memory, network, disk, latency, error-rate, restarts or custom, got {0:?}")]
pub struct UnknownMetricType(String);

impl FromStr for MetricType {
    type Err = UnknownMetricType;

    fn from_str(text: &str) -> Result<Self, UnknownMetricType> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| UnknownMetricType(text.to_owned()))
    }
}

/// How the numbers of a series are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetricKind {
    /// Each number stands for itself.
    #[default]
    Gauge,
    /// Numbers only grow, and start again at nought; their increase per second counts.
    Counter,
}

/// On which side of what was expected a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// It is too high.
    Above,
    /// It is too low.
    Below,
}

/// One number at one time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// When it was measured.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The number, in the unit of its series; what is not finite is written as the text `NaN`, `+Inf` or `-Inf`.
    #[serde(with = "number")]
    #[schemars(with = "number::NumberOrText")]
    pub value: f64,
}

/// What a series belongs to; a part that is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MetricOwner {
    /// Namespace.
    #[serde(default)]
    pub namespace: String,
    /// Name of the workload: a Deployment, `StatefulSet`, `DaemonSet`, or a service of a mesh.
    #[serde(default)]
    pub workload: String,
    /// Name of the pod.
    #[serde(default)]
    pub pod: String,
    /// Name of the container.
    #[serde(default)]
    pub container: String,
}

/// A series and some of its samples, the oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricSeries {
    /// Name of the metric, such as `container_memory_working_set_bytes`.
    pub name: String,
    /// Its labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// What it measures.
    pub ty: MetricType,
    /// How its numbers are to be read.
    #[serde(default)]
    pub kind: MetricKind,
    /// Unit of its numbers, such as `bytes` or `seconds`; empty when it is not known.
    #[serde(default)]
    pub unit: String,
    /// What it belongs to.
    #[serde(default)]
    pub owner: MetricOwner,
    /// Its samples.
    pub samples: Vec<Sample>,
}

impl MetricSeries {
    /// The name of the series within its cluster, in the notation of Prometheus: `name{a="b",c="d"}`.
    #[must_use]
    pub fn id(&self) -> SeriesId {
        if self.labels.is_empty() {
            return SeriesId::new(self.name.clone());
        }
        let quote = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        let labels: Vec<String> =
            self.labels.iter().map(|(name, value)| format!("{name}=\"{}\"", quote(value))).collect();
        SeriesId::new(format!("{}{{{}}}", self.name, labels.join(",")))
    }

    /// The shard of its cluster in which it is watched: all series of one workload share one.
    #[must_use]
    pub fn shard(&self) -> u32 {
        shard_of(&[&self.owner.namespace, &self.owner.workload])
    }
}

/// The shard of these parts: a stable hash (FNV-1a), so that what belongs together stays together for ever.
///
/// Parts at the end that are empty do not count, so that the series of a namespace itself are in the shard of its name.
#[must_use]
pub fn shard_of(parts: &[&str]) -> u32 {
    let text = parts.join("/");
    let hash = text
        .trim_end_matches('/')
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % SERIES_SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(labels: &[(&str, &str)]) -> MetricSeries {
        MetricSeries {
            name: "up".to_owned(),
            labels: labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ty: MetricType::Custom,
            kind: MetricKind::Gauge,
            unit: String::new(),
            owner: MetricOwner::default(),
            samples: vec![Sample { at: Timestamp::from_secs(1), value: f64::NAN }],
        }
    }

    #[test]
    fn a_series_is_named_as_in_prometheus() {
        assert_eq!(series(&[]).id().as_str(), "up");
        assert_eq!(series(&[("job", "a\"b"), ("b", "1")]).id().as_str(), r#"up{b="1",job="a\"b"}"#);
    }

    #[test]
    fn what_is_not_finite_survives_json() {
        for value in [f64::INFINITY, f64::NEG_INFINITY, 1e308, -0.5] {
            let sample = Sample { at: Timestamp::from_secs(1), value };
            let text = serde_json::to_string(&sample).unwrap();

            assert_eq!(
                serde_json::from_str::<Sample>(&text).unwrap().value.to_bits(),
                value.to_bits(),
                "{text}"
            );
        }
        let text = serde_json::to_string(&series(&[])).unwrap();
        assert!(serde_json::from_str::<MetricSeries>(&text).unwrap().samples[0].value.is_nan(), "{text}");
    }

    #[test]
    fn words_of_types_are_read_back() {
        for ty in MetricType::ALL {
            assert_eq!(ty.as_str().parse(), Ok(ty));
            assert_eq!(serde_json::to_value(ty).unwrap(), ty.as_str());
        }
    }

    #[test]
    fn a_namespace_keeps_its_shard_when_workloads_are_not_known() {
        assert_eq!(shard_of(&["shop", ""]), shard_of(&["shop"]));
        assert!(shard_of(&["shop", "cart"]) < SERIES_SHARDS);
    }
}
