//! Samples that came by themselves, such as remote writes: stored like those that were read.

use crate::batch::{Stored, stored};
use chiron_events::MetricsRecorded;
use chiron_function::Failure;
use chiron_model::{Lane, MetricSeries};
use chiron_store::ObjectStore;

/// Stores samples of a cluster. Returns an event for each shard.
///
/// # Errors
/// When they cannot be stored.
pub async fn record(
    objects: &dyn ObjectStore,
    cluster: &str,
    lane: &Lane,
    series: Vec<MetricSeries>,
) -> Result<Vec<MetricsRecorded>, Failure> {
    let stored = stored(cluster, lane, series)
        .map_err(|error| Failure::transient(format!("samples cannot be stored: {error}")))?;
    let Some(Stored { key, bytes, events }) = stored else { return Ok(Vec::new()) };
    objects.put(&key, bytes.into()).await?;
    Ok(events)
}
