//! A metric of a workload as a whole: the mean of its pods, which outlives every one of them.
//!
//! A rollout replaces all pods, and so all their series: what it breaks shows only in a series that goes on.

use super::watched::{Noticed, Watched};
use chiron_model::{MetricKind, MetricSeries, Sample, SeriesId, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// The mean is taken over this time before the step of the pods' series is known.
const USUAL: Duration = Duration::from_secs(15);
/// Labels that differ between the pods of one workload.
const OF_ONE_POD: &[&str] = &[
    "container_id",
    "endpoint",
    "host",
    "id",
    "image",
    "instance",
    "ip",
    "kubernetes_pod_name",
    "node",
    "pod",
    "pod_ip",
    "pod_name",
    "uid",
];

/// A metric of a workload as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Whole {
    /// Name of the series, such as `chiron:cpu_usage:avg{namespace="shop",workload="cart"}`.
    pub(super) id: String,
    pub(super) watched: Watched,
    /// Sum and number of the values of times that may not be complete yet.
    open: BTreeMap<Timestamp, (f64, u32)>,
    step: Duration,
}

impl Whole {
    /// The whole that a series is a part of; nothing for a series of no workload.
    pub(super) fn of(series: &MetricSeries) -> Option<Self> {
        if series.owner.workload.is_empty() {
            return None;
        }
        let mut whole = MetricSeries {
            name: format!("{}:avg", series.name),
            labels: shared_labels(series),
            kind: MetricKind::Gauge,
            samples: Vec::new(),
            ..series.clone()
        };
        whole.labels.insert("workload".to_owned(), series.owner.workload.clone());
        whole.owner.pod.clear();
        let id = SeriesId::as_str(&whole.id()).to_owned();
        Some(Self { id, watched: Watched::new(&whole), open: BTreeMap::new(), step: USUAL })
    }

    /// Takes a value of one pod, whose series has this usual step.
    pub(super) fn put(&mut self, at: Timestamp, value: f64, step: Option<Duration>) {
        if let Some(step) = step {
            self.step = Duration::from_secs(
                ((step.as_millis() + 500) / 1000).try_into().unwrap_or(u64::MAX).clamp(1, 3600),
            );
        }
        let (sum, count) = self.open.entry(at.floor(self.step)).or_default();
        *sum += value;
        *count += 1;
    }

    /// Judges the means of all times before the newest one, which may still get values.
    pub(super) fn settle(&mut self) -> Vec<Noticed> {
        let Some(newest) = self.open.keys().next_back().copied() else { return Vec::new() };
        let later = self.open.split_off(&newest);
        let done = std::mem::replace(&mut self.open, later);
        let mut noticed = Vec::new();
        for (at, (sum, count)) in done {
            let sample = Sample { at, value: sum / f64::from(count) };
            let unit = self.watched.unit.clone();
            noticed.extend(self.watched.take(MetricKind::Gauge, &unit, sample));
        }
        noticed
    }
}

/// Labels that all pods of a workload share.
pub(super) fn shared_labels(series: &MetricSeries) -> BTreeMap<String, String> {
    let mut labels = series.labels.clone();
    labels.retain(|name, _| !OF_ONE_POD.contains(&name.as_str()));
    labels
}
