//! How a batch of observations lies in the bucket: `raw/cluster/date/hour/slot/..`, redacted, as it arrived.

use chiron_events::{Frames, Section};
use chiron_model::{Digest, Lane, Observation, Timestamp};
use std::{collections::BTreeMap, time::Duration};

/// An object holds observations of one slot of ten minutes, so that a span of time is found by few lists.
const SLOT: Duration = Duration::from_mins(10);

/// One object to be written.
pub(crate) struct RawObject {
    /// Its key.
    pub key: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where each namespace lies in it.
    pub sections: BTreeMap<String, Section>,
}

/// The objects that a batch of one cluster is written as.
pub(crate) fn objects(
    cluster: &str,
    lane: &Lane,
    observations: &[&Observation],
) -> std::io::Result<Vec<RawObject>> {
    let mut slots: BTreeMap<Timestamp, Vec<&Observation>> = BTreeMap::new();
    for observation in observations {
        slots.entry(observation.at.floor(SLOT)).or_default().push(observation);
    }
    slots.into_iter().map(|(slot, observations)| object(cluster, lane, slot, &observations)).collect()
}

fn object(
    cluster: &str,
    lane: &Lane,
    slot: Timestamp,
    observations: &[&Observation],
) -> std::io::Result<RawObject> {
    let key = key(cluster, lane, slot, observations);
    let mut frames = Frames::default();
    for observation in observations {
        frames.push(&observation.object.namespace, &serde_json::to_vec(observation)?);
    }
    let (bytes, sections) = frames.finish(&key)?;
    Ok(RawObject { key, bytes, sections })
}

/// The key tells the slot, the span and the number of observations, and is the same for the same observations.
fn key(cluster: &str, lane: &Lane, slot: Timestamp, observations: &[&Observation]) -> String {
    let ids: String = observations.iter().map(|it| it.id.to_string()).collect();
    let times = observations.iter().map(|it| it.at);
    let millis = |at: Option<Timestamp>| at.map_or(0, |at| at.nanos() / 1_000_000);
    format!(
        "{}{}/{}-{}-{}-{}.ndjson.zst",
        chiron_events::lake_prefix(lane, "raw", cluster),
        slot.utc().format("%Y-%m-%d/%H/%M"),
        millis(times.clone().min()),
        millis(times.max()),
        observations.len(),
        Digest::of(ids.as_bytes()).short(),
    )
}
