//! Rates of warnings: do more of them come from a namespace than its past explains?

use crate::Detected;
use chiron_events::{AnomalyDetected, AnomalyEnded};
use chiron_function::Seen;
use chiron_model::{Anomaly, Direction, Id, Observation, Score, SeriesId, Severity, Timestamp};
use chiron_streaming::{Burst, EventRate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Event objects whose counts are remembered in a namespace.
const REMEMBERED: usize = 2000;

/// The warnings of one namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Warnings {
    rate: EventRate,
    /// Count of each Event object when it was last seen, by its uid.
    counts: BTreeMap<String, u64>,
    /// What goes on, to be ended under the same name.
    open: Option<Anomaly>,
}

impl Warnings {
    pub(crate) fn follow(&mut self, cluster: &str, namespace: &str, seen: Seen) -> Vec<Detected> {
        let bursts = match seen {
            Seen::Recorded(it) => self.count_all(&it.observations),
            Seen::Sealed(it) => self.count_all(&it.observations),
            Seen::Ticked(it) => self.rate.advance(it.at),
        };
        bursts.into_iter().filter_map(|burst| self.say(cluster, namespace, burst)).collect()
    }

    fn count_all(&mut self, observations: &[Observation]) -> Vec<Burst> {
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
        metric: None,
        direction: Some(Direction::Above),
        owner: None,
        unit: String::new(),
        with: Vec::new(),
        window: Vec::new(),
        drivers: Vec::new(),
    }
}
