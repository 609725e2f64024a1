//! What Prometheus answers, as series.

use crate::describe;
use chiron_model::{MetricSeries, Sample, Timestamp};
use serde::{Deserialize, Deserializer, de};
use std::{collections::BTreeMap, fmt};

/// What a query gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The series, by name and labels. Nothing is absent, never zero. What was computed has an empty name.
    pub series: Vec<MetricSeries>,
    /// What the server warns of: that the answer is not whole, say.
    pub warnings: Vec<String>,
}

impl Answer {
    /// In an order that does not depend on how it was asked for.
    pub(super) fn sorted(mut self) -> Self {
        self.series.sort_by(|a, b| (&a.name, &a.labels).cmp(&(&b.name, &b.labels)));
        self.warnings.sort();
        self.warnings.dedup();
        self
    }
}

/// Every answer of the HTTP API.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Envelope<T> {
    #[serde(default)]
    pub status: String,
    #[serde(default = "Option::default")]
    pub data: Option<T>,
    #[serde(default, rename = "errorType")]
    pub error_type: String,
    #[serde(default)]
    pub error: String,
    #[serde(default)]
    warnings: Vec<String>,
}

impl<T> Envelope<T> {
    /// What the server warns of. Some versions put hints on the style of queries there too.
    pub(super) fn warnings(self) -> Vec<String> {
        self.warnings.into_iter().filter(|it| !it.starts_with("PromQL info")).collect()
    }
}

/// The `data` of a query.
///
/// Source: <https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats>
#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
pub(super) enum Data {
    Vector(Vec<Row>),
    Matrix(Vec<Row>),
    Scalar(Point),
    String(de::IgnoredAny),
}

/// A series in an answer. Native histograms have neither a value nor values: they are no numbers, and left out.
#[derive(Deserialize)]
pub(super) struct Row {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    value: Option<Point>,
    #[serde(default)]
    values: Vec<Point>,
}

/// Seconds since the epoch, and a number as text.
#[derive(Deserialize)]
pub(super) struct Point(f64, Number);

struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number as text, such as \"1.5\", \"NaN\" or \"+Inf\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Text).map(Self)
    }
}

impl Data {
    /// The series; `None` when the answer is a text.
    pub(super) fn series(self) -> Option<Vec<MetricSeries>> {
        match self {
            Self::Vector(rows) | Self::Matrix(rows) => {
                Some(rows.into_iter().filter_map(Row::series).collect())
            }
            Self::Scalar(point) => Some(vec![named(BTreeMap::new(), vec![point.sample()])]),
            Self::String(_) => None,
        }
    }
}

impl Row {
    fn series(self) -> Option<MetricSeries> {
        let samples: Vec<Sample> = self.value.iter().chain(&self.values).map(Point::sample).collect();
        (!samples.is_empty()).then(|| named(self.metric, samples))
    }
}

impl Point {
    #[expect(clippy::cast_possible_truncation, reason = "a cast to integers is clamped to their range")]
    fn sample(&self) -> Sample {
        // Prometheus counts milliseconds; a float of seconds holds them exactly, but not nanoseconds.
        let millis = (self.0 * 1000.0).round() as i64;
        Sample { at: Timestamp::from_nanos(millis.saturating_mul(1_000_000)), value: self.1.0 }
    }
}

/// A series as its name and its labels tell it. What was computed has no name.
fn named(mut labels: BTreeMap<String, String>, samples: Vec<Sample>) -> MetricSeries {
    let name = labels.remove("__name__").unwrap_or_default();
    MetricSeries { samples, ..describe(name, labels, None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(data: &str) -> Vec<MetricSeries> {
        let envelope: Envelope<Data> =
            serde_json::from_str(&format!(r#"{{"status":"success","data":{data}}}"#)).unwrap();
        envelope.data.unwrap().series().unwrap()
    }

    #[test]
    fn an_empty_vector_is_absent_and_not_zero() {
        assert!(series(r#"{"resultType":"vector","result":[]}"#).is_empty());
    }

    #[test]
    fn what_is_not_finite_is_kept() {
        let found = series(
            r#"{"resultType":"matrix","result":[{"metric":{"__name__":"x"},"values":[[1.5,"NaN"],[2,"+Inf"],[3,"-Inf"]]}]}"#,
        );

        let samples = &found[0].samples;
        assert!(samples[0].value.is_nan());
        assert_eq!((samples[1].value, samples[2].value), (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!(samples[0].at, Timestamp::from_nanos(1_500_000_000));
    }

    #[test]
    fn a_scalar_is_a_series_without_a_name() {
        let found = series(r#"{"result":[1700000000.123,"2"],"resultType":"scalar"}"#);

        assert_eq!((found[0].name.as_str(), found[0].samples[0].value), ("", 2.0));
        assert_eq!(found[0].samples[0].at.to_string(), "2023-11-14T22:13:20.123Z");
    }

    #[test]
    fn native_histograms_are_left_out() {
        let found = series(
            r#"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1","sum":"1","buckets":[]}]}]}"#,
        );

        assert!(found.is_empty());
    }

    #[test]
    fn a_number_that_is_none_is_refused() {
        let text = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"one"]}]}}"#;

        let Err(error) = serde_json::from_str::<Envelope<Data>>(text) else { panic!("it was taken") };
        assert!(error.to_string().contains("such as \"1.5\""), "{error}");
    }
}
