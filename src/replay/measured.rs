//! Samples of a recording, held back until the observations of the same time are worked through.

use super::steps::Step;
use chiron_events::{Context, MetricsRecorded, Payload, decode};
use chiron_function::Failure;
use chiron_model::Timestamp;
use cloudevents::{AttributesReader, Event};
use std::{collections::BTreeMap, time::Duration};

const MINUTE: Duration = Duration::from_mins(1);

/// Batches of samples by cluster, in the order of their time.
#[derive(Debug, Default)]
pub(super) struct Measured {
    batches: BTreeMap<String, BTreeMap<Timestamp, Vec<Event>>>,
}

impl Measured {
    /// Keeps a batch of samples; gives back every other event.
    ///
    /// # Errors
    /// When it is a batch that cannot be read.
    pub(super) fn take(&mut self, event: Event) -> Result<Option<Event>, Failure> {
        if event.ty() != MetricsRecorded::TYPE {
            return Ok(Some(event));
        }
        let batch: MetricsRecorded = decode(event.clone())?;
        let cluster = Context::of(&event).cluster;
        self.batches.entry(cluster).or_default().entry(batch.latest).or_default().push(event);
        Ok(None)
    }

    /// Whether there are samples of a cluster.
    pub(super) fn has(&self, cluster: &str) -> bool {
        self.batches.contains_key(cluster)
    }

    /// Counts the batches to the minutes of their clusters.
    pub(super) fn note(&self, minutes: &mut BTreeMap<String, BTreeMap<Timestamp, u64>>) {
        for (cluster, batches) in &self.batches {
            let minutes = minutes.entry(cluster.clone()).or_default();
            for (at, events) in batches {
                *minutes.entry(at.floor(MINUTE)).or_default() += events.len() as u64;
            }
        }
    }

    /// The batches of a cluster that belong to a step and those before, once.
    pub(super) fn until(&mut self, cluster: &str, step: Step) -> Vec<Event> {
        let Some(batches) = self.batches.get_mut(cluster) else { return Vec::new() };
        let later = match step {
            Step::Until(minute) => batches.split_off(&minute),
            Step::End => BTreeMap::new(),
        };
        std::mem::replace(batches, later).into_values().flatten().collect()
    }
}
