//! The decision: do more warnings come from a namespace than its past explains?

use crate::Detected;
use chiron_events::{AnomalyDetected, AnomalyEnded, Context};
use chiron_function::{About, Fold, Kind, Seen};
use chiron_model::{Anomaly, Id, Observation, Score, SeriesId, Severity, Timestamp};
use chiron_streaming::{Burst, EventRate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// State is spread over so many shards of a cluster.
const SHARDS: u32 = 16;
/// Event objects whose counts are remembered in a namespace.
const REMEMBERED: usize = 2000;

/// Learns the rate of warnings of each namespace.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detect;

/// What is remembered of the namespaces of one shard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    series: BTreeMap<String, Series>,
}

/// The warnings of one namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Series {
    rate: EventRate,
    /// Count of each Event object when it was last seen, by its uid.
    counts: BTreeMap<String, u64>,
    /// What goes on, to be ended under the same name.
    open: Option<Anomaly>,
}

impl Fold for Detect {
    const ABOUT: About = About {
        name: "detect",
        summary: "Learns the rate of warnings of each namespace and says when it is unusual.",
        kind: Kind::Fold,
        state: "cluster/shard",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &["s3:GetObject raw/*, observations/*"],
    };
    type State = Shard;
    type Input = Seen;
    type Output = Detected;

    fn key(&self, _: &Context, input: &Seen) -> String {
        let (cluster, namespace) = input.place();
        format!("{cluster}/{}", shard(namespace))
    }

    fn fold(&self, _: &Context, shard: &mut Shard, input: Seen) -> Vec<Detected> {
        let (cluster, namespace) = input.place();
        let (cluster, namespace) = (cluster.to_owned(), namespace.to_owned());
        let series = shard.series.entry(namespace.clone()).or_default();
        let bursts = match input {
            Seen::Recorded(it) => series.follow(&it.observations),
            Seen::Sealed(it) => series.follow(&it.observations),
            Seen::Ticked(it) => series.rate.advance(it.at),
        };
        bursts.into_iter().filter_map(|burst| series.say(&cluster, &namespace, burst)).collect()
    }
}

/// A stable hash (FNV-1a), so that a namespace stays in its shard for ever.
fn shard(namespace: &str) -> u32 {
    let hash = namespace
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % SHARDS
}

impl Series {
    fn follow(&mut self, observations: &[Observation]) -> Vec<Burst> {
        observations.iter().flat_map(|it| self.count(it)).collect()
    }

    fn count(&mut self, observation: &Observation) -> Vec<Burst> {
        let warnings = self.new_warnings(observation);
        self.rate.learn_one(observation.at, warnings)
    }

    /// An Event object counts its repetitions; only those that were not seen before are new.
    fn new_warnings(&mut self, observation: &Observation) -> u64 {
        let body = &observation.body;
        if observation.object.kind != "Event" || body["type"] != "Warning" {
            return 0;
        }
        let count = body["count"].as_u64().unwrap_or(1);
        if self.counts.len() >= REMEMBERED {
            self.counts.clear();
        }
        let known = self.counts.insert(observation.object.uid.clone(), count).unwrap_or(0);
        count.saturating_sub(known)
    }

    fn say(&mut self, cluster: &str, namespace: &str, burst: Burst) -> Option<Detected> {
        match burst {
            Burst::Began { at, count, expected, score } => {
                let anomaly = describe(cluster, namespace, at, (count, expected, score));
                self.open = Some(anomaly.clone());
                Some(Detected::Began(AnomalyDetected { anomaly }))
            }
            Burst::Ended { at, .. } => {
                let anomaly = Anomaly { ended_at: Some(at), ..self.open.take()? };
                Some(Detected::Ended(AnomalyEnded { anomaly }))
            }
        }
    }
}

fn describe(cluster: &str, namespace: &str, at: Timestamp, seen: (u64, f64, Score)) -> Anomaly {
    let (count, expected, score) = seen;
    let place = if namespace.is_empty() { cluster.to_owned() } else { format!("{cluster}/{namespace}") };
    let series = format!("{place}/warning-events-per-10s");
    Anomaly {
        id: Id::derive(&[&series, &at.to_string()]),
        series: SeriesId::new(series),
        cluster: cluster.to_owned(),
        namespace: namespace.to_owned(),
        severity: Severity::Warning,
        started_at: at,
        ended_at: None,
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        value: count as f64,
        expected: (expected * 100.0).round() / 100.0,
        score,
        threshold: Score::clamped(EventRate::THRESHOLD),
    }
}
