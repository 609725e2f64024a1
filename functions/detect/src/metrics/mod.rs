//! All series of one shard.

mod departure;
mod describe;
mod group;
mod growth;
mod vector;
mod view;
mod watched;
mod whole;

pub use view::SeriesView;

use crate::Detected;
use chiron_events::MetricsRecorded;
use chiron_model::{MetricSeries, Timestamp};
use chiron_streaming::Transition;
use describe::Surroundings;
use group::{Group, fingerprint};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use vector::Vector;
use watched::Watched;
use whole::shared_labels;

/// Series that are watched in one shard; 16 shards make 24,000 of a cluster.
const MOST: usize = 1_500;
/// A series that was silent for so long makes room for another.
const SILENT: Duration = Duration::from_hours(1);
/// A full shard looks for silent series no more often than this.
const LOOK: Duration = Duration::from_mins(1);
/// What is remembered of the series of one shard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    series: BTreeMap<String, Watched>,
    groups: BTreeMap<String, Group>,
    workloads: BTreeMap<String, Vector>,
    /// Samples of series for which there was no room.
    refused: u64,
    /// When silent series were forgotten last.
    forgot_at: Option<Timestamp>,
}

/// What a batch touched.
#[derive(Default)]
struct Touched {
    groups: BTreeMap<String, BTreeMap<u64, String>>,
    workloads: BTreeSet<String>,
}

impl Metrics {
    /// Takes a batch of samples. What several series of one workload do together is told once.
    pub(crate) fn take(&mut self, batch: &MetricsRecorded) -> Vec<Detected> {
        let mut touched = Touched::default();
        let mut ended = Vec::new();
        for series in batch.series.iter() {
            let id = series.id().as_str().to_owned();
            if self.admit(&id, series, batch.latest) {
                ended.extend(self.follow(&batch.cluster, &id, series, &mut touched));
            } else {
                self.refused = self.refused.saturating_add(series.samples.len() as u64);
            }
        }
        ended.extend(self.settle(&batch.cluster, &touched));
        self.compare(&touched, batch.latest);
        for workload in &touched.workloads {
            self.workloads.entry(workload.clone()).or_default().step();
        }
        ended.extend(self.advance(batch.latest));
        let groups = touched.groups.keys().filter_map(|key| Some((key, self.groups.get_mut(key)?.news())));
        let mut told: Vec<Detected> = groups.flat_map(|(_, news)| news).collect();
        told.extend(ended);
        told
    }

    /// Whether there is room for the series. Series that are silent make it.
    fn admit(&mut self, id: &str, series: &MetricSeries, now: Timestamp) -> bool {
        if self.series.contains_key(id) {
            return true;
        }
        let is_due = self.forgot_at.is_none_or(|at| now.seconds_since(at).abs() >= LOOK.as_secs_f64());
        if self.series.len() >= MOST && is_due {
            self.forgot_at = Some(now);
            self.forget(now);
        }
        let has_room = self.series.len() < MOST;
        if has_room {
            self.series.insert(id.to_owned(), Watched::new(series));
        }
        has_room
    }

    fn forget(&mut self, now: Timestamp) {
        let horizon = now.minus(SILENT);
        self.series.retain(|_, it| it.seen_at >= horizon || it.is_ongoing());
        let workloads: BTreeSet<String> = self.series.values().map(|it| workload(&it.owner)).collect();
        self.workloads.retain(|key, _| workloads.contains(key));
        self.groups.retain(|_, group| !group.is_empty());
    }

    /// Takes the samples of one series. Returns what ended by them.
    fn follow(
        &mut self,
        cluster: &str,
        id: &str,
        series: &MetricSeries,
        touched: &mut Touched,
    ) -> Vec<Detected> {
        let Some(watched) = self.series.get_mut(id) else { return Vec::new() };
        let (key, workload) = (group_of(id, series), workload(&series.owner));
        let group = self.groups.entry(key.clone()).or_insert_with(|| Group::of(series));
        let vector = self.workloads.entry(workload.clone()).or_default();
        let mut ended = Vec::new();
        for sample in &series.samples {
            let Some(noticed) = watched.take(series.kind, &series.unit, *sample) else { continue };
            let around = Surroundings::of(cluster, watched, &noticed, vector.score());
            ended.extend(group.hear(id, &noticed, &around));
            group.put(&noticed, watched.usual_step());
            vector.put(series.ty, noticed.value);
        }
        touched.groups.entry(key).or_default().insert(fingerprint(id), id.to_owned());
        touched.workloads.insert(workload);
        ended
    }

    /// Judges the workloads as wholes. Returns what ended.
    fn settle(&mut self, cluster: &str, touched: &Touched) -> Vec<Detected> {
        let mut ended = Vec::new();
        for key in touched.groups.keys() {
            ended.extend(self.groups.get_mut(key).map(|group| group.settle(cluster)).unwrap_or_default());
        }
        ended
    }

    /// Compares the pods of each workload.
    fn compare(&mut self, touched: &Touched, now: Timestamp) {
        for (key, members) in &touched.groups {
            let odd = self.groups.get_mut(key).and_then(|group| group.judge(now));
            for (fingerprint, id) in members {
                let oddity = odd.filter(|(series, _)| series == fingerprint).map(|(_, oddity)| oddity);
                if let Some(watched) = self.series.get_mut(id) {
                    watched.compare(oddity);
                }
            }
        }
    }

    /// Tells that it is `now` in the cluster: what fell silent ends.
    pub(crate) fn advance(&mut self, now: Timestamp) -> Vec<Detected> {
        let mut told: Vec<Detected> = self.groups.values_mut().filter_map(|it| it.advance(now)).collect();
        for (id, watched) in &mut self.series {
            if let Some(Transition::Ended { at, .. }) = watched.advance(now) {
                let groups = self.groups.values_mut();
                told.extend(groups.filter_map(|group| group.leave(id, at)));
            }
        }
        told
    }

    pub(crate) fn reset(&mut self, text: &str) -> usize {
        let concerned = self.series.iter_mut().filter(|(id, _)| id.contains(text));
        let count = concerned.map(|(_, watched)| watched.reset()).count();
        let wholes = self.groups.values_mut().map(|group| usize::from(group.reset(text)));
        count + wholes.sum::<usize>()
    }
}

/// The name of the workload of a series; of a namespace when no workload is known.
fn workload(owner: &chiron_model::MetricOwner) -> String {
    format!("{}/{}", owner.namespace, owner.workload)
}

/// The name of the group of a series: the same metric of the same workload, whatever the pod.
fn group_of(id: &str, series: &MetricSeries) -> String {
    if series.owner.workload.is_empty() {
        return id.to_owned();
    }
    let labels: Vec<String> =
        shared_labels(series).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}/{}{{{}}}", workload(&series.owner), series.name, labels.join(","))
}
