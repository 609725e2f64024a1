//! How samples lie in the bucket: `metrics/cluster/date/hour/..`, one frame for each shard.

use chiron_events::{Frames, MetricsRecorded, lake_prefix};
use chiron_model::{Digest, Lane, MetricSeries, Timestamp};
use chiron_prometheus::shards::into_batches;
use std::sync::Arc;

/// Larger batches are read from the bucket. Counted as JSON.
const MAX_INLINE_BYTES: usize = 32 * 1024;

/// One object to be written, and the events that point into it.
pub(crate) struct Stored {
    /// Its key.
    pub key: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// One event a shard.
    pub events: Vec<MetricsRecorded>,
}

/// What the series of one cluster are written as; nothing when there are none.
///
/// Equal series give an equal object under an equal key.
///
/// # Errors
/// When zstd runs out of memory.
pub(crate) fn stored(
    cluster: &str,
    lane: &Lane,
    series: Vec<MetricSeries>,
) -> std::io::Result<Option<Stored>> {
    let mut events = into_batches(cluster, series);
    if events.is_empty() {
        return Ok(None);
    }
    let mut frames = Frames::default();
    let mut digests = String::new();
    let mut sizes = Vec::with_capacity(events.len());
    for event in &events {
        let mut lines = Vec::new();
        for series in event.series.iter() {
            let start = lines.len();
            serde_json::to_writer(&mut lines, series)?;
            frames.push(&event.shard.to_string(), &lines[start..]);
        }
        digests += Digest::of(&lines).as_str();
        sizes.push(lines.len());
    }
    let key = key(cluster, lane, &events, &Digest::of(digests.as_bytes()));
    let (bytes, mut sections) = frames.finish(&key)?;
    for (event, size) in events.iter_mut().zip(sizes) {
        event.section = sections.remove(&event.shard.to_string());
        if size > MAX_INLINE_BYTES {
            event.series = Arc::default();
        }
    }
    Ok(Some(Stored { key, bytes, events }))
}

/// The key tells the span and the number of series.
fn key(cluster: &str, lane: &Lane, events: &[MetricsRecorded], digest: &Digest) -> String {
    let earliest = events.iter().map(|it| it.earliest).min().unwrap_or_default();
    let latest = events.iter().map(|it| it.latest).max().unwrap_or_default();
    let count: usize = events.iter().map(|it| it.series.len()).sum();
    let millis = |at: Timestamp| at.nanos() / 1_000_000;
    format!(
        "{}{}/{}-{}-{count}-{}.ndjson.zst",
        lake_prefix(lane, "metrics", cluster),
        latest.utc().format("%Y-%m-%d/%H"),
        millis(earliest),
        millis(latest),
        digest.short(),
    )
}
