//! The decision: what is unusual about the series of a shard?

use crate::{Detected, Heard, metrics::Metrics, rates::Warnings};
use chiron_events::{Context, MetricsRecorded};
use chiron_function::{About, Fold, Kind, Seen};
use chiron_model::{SERIES_SHARDS, shard_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Learns the metrics of workloads and the rates of warnings of namespaces.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detect;

/// What is remembered of one shard of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// Rates of warnings, by namespace.
    series: BTreeMap<String, Warnings>,
    #[serde(default)]
    metrics: Metrics,
}

impl Fold for Detect {
    const ABOUT: About = About {
        name: "detect",
        summary: "Learns metrics and rates of warnings, and says when one is unusual.",
        kind: Kind::Fold,
        state: "cluster/shard",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &["s3:GetObject raw/*, observations/*, metrics/*"],
    };
    type State = Shard;
    type Input = Heard;
    type Output = Detected;

    fn key(&self, _: &Context, input: &Heard) -> String {
        match input {
            Heard::Seen(seen) => {
                let (cluster, namespace) = seen.place();
                format!("{cluster}/{}", shard_of(&[namespace]))
            }
            Heard::Measured(MetricsRecorded { cluster, shard, .. }) => {
                format!("{cluster}/{}", shard % SERIES_SHARDS)
            }
        }
    }

    fn fold(&self, _: &Context, shard: &mut Shard, input: Heard) -> Vec<Detected> {
        match input {
            Heard::Seen(seen) => shard.follow(seen),
            Heard::Measured(batch) => shard.metrics.take(&batch),
        }
    }
}

impl Shard {
    fn follow(&mut self, seen: Seen) -> Vec<Detected> {
        let (cluster, namespace) = seen.place();
        let (cluster, namespace) = (cluster.to_owned(), namespace.to_owned());
        let mut told = match &seen {
            Seen::Ticked(it) => self.metrics.advance(it.at),
            Seen::Recorded(_) | Seen::Sealed(_) => Vec::new(),
        };
        let rate = self.series.entry(namespace.clone()).or_default();
        told.extend(rate.follow(&cluster, &namespace, seen));
        told
    }

    /// The metrics that are watched.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Forgets what was learned of the series whose name contains `text`. Returns how many there were.
    pub fn reset(&mut self, text: &str) -> usize {
        self.metrics.reset(text)
    }
}
