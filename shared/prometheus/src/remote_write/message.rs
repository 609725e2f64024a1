//! The small messages within a request. Names and numbers of their fields are those of the published definitions.

use crate::FamilyType;
use prost::Message;

/// `prometheus.Label` of 1.0.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Label {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

/// `prometheus.Sample` of 1.0, and `io.prometheus.write.v2.Sample`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Sample {
    #[prost(double, tag = "1")]
    pub(super) value: f64,
    /// In milliseconds since 1970.
    #[prost(int64, tag = "2")]
    pub(super) timestamp: i64,
}

/// `prometheus.MetricMetadata` of 1.0.
#[derive(Clone, PartialEq, Message)]
pub(super) struct MetricMetadata {
    #[prost(int32, tag = "1")]
    pub(super) ty: i32,
    #[prost(string, tag = "2")]
    pub(super) metric_family_name: String,
    #[prost(string, tag = "5")]
    pub(super) unit: String,
}

/// `io.prometheus.write.v2.Metadata`.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub(super) struct Metadata {
    #[prost(int32, tag = "1")]
    pub(super) ty: i32,
    #[prost(uint32, tag = "4")]
    pub(super) unit_ref: u32,
}

/// The type with this number, which is the same in both versions.
pub(super) fn family_type(number: i32) -> FamilyType {
    match number {
        1 => FamilyType::Counter,
        2 => FamilyType::Gauge,
        3 => FamilyType::Histogram,
        4 => FamilyType::GaugeHistogram,
        5 => FamilyType::Summary,
        6 => FamilyType::Info,
        7 => FamilyType::StateSet,
        _ => FamilyType::Unknown,
    }
}
