//! Ticks for who has no `PingSource`, and a single look. The clock is the caller's.

use crate::{
    Reader,
    ping::PING,
    reading::{Problem, Reading},
};
use chiron_events::{EncodeError, MetricsRecorded};
use chiron_model::{Id, Timestamp};
use chiron_prometheus::{client::Span, shards::into_batches};
use chrono::{DateTime, Utc};
use cloudevents::{Event, EventBuilder, EventBuilderV10};
use std::time::Duration;

/// The `source` of ticks that come from here.
const SOURCE: &str = "/scrape/clock";

/// What a single look found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// The samples, one event a shard, with all series in it. Nothing is stored.
    pub batches: Vec<MetricsRecorded>,
    /// What was not read, or not whole.
    pub problems: Vec<Problem>,
}

/// The tick of `cluster` at `at`, as a `PingSource` sends it. The same time gives the same event.
///
/// # Errors
/// When `cluster` cannot be an attribute of an event.
pub fn ping(cluster: &str, at: Timestamp) -> Result<Event, EncodeError> {
    EventBuilderV10::new()
        .id(Id::derive(&[SOURCE, cluster, &at.to_string()]).to_string())
        .source(SOURCE)
        .ty(PING)
        .time(DateTime::<Utc>::from_timestamp_nanos(at.nanos()))
        .extension("cluster", cluster)
        .build()
        .map_err(|error| EncodeError::Attributes(PING, error.to_string()))
}

/// The time of the tick after `now`: the next multiple of `interval`, so that processes that take turns tick alike.
#[must_use]
pub fn next_ping(now: Timestamp, interval: Duration) -> Timestamp {
    now.floor(interval).plus(interval)
}

/// Reads a span of all targets once, and remembers nothing.
pub async fn fetch(reader: &Reader, cluster: &str, span: Span) -> Fetched {
    let readings: Vec<Reading> = reader.read_span(span).await;
    let (mut series, mut problems) = (Vec::new(), Vec::new());
    for reading in readings {
        problems.extend(reading.problems);
        series.extend(reading.series);
    }
    Fetched { batches: into_batches(cluster, series), problems }
}
