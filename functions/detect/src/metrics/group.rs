//! The series of one metric of one workload: compared with each other, and told as one.

use super::{
    describe::Surroundings,
    watched::{Noticed, Oddity},
    whole::Whole,
};
use crate::Detected;
use chiron_events::{AnomalyDetected, AnomalyEnded};
use chiron_model::{Anomaly, Direction, MetricSeries, MetricType, SeriesId, Timestamp};
use chiron_streaming::{Scope, SiblingReading, Siblings, Transition, Verdict, severity};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// So long a value of a sibling counts.
const FRESH: Duration = Duration::from_mins(10);
/// What begins within this time after the first of its siblings is the same anomaly.
const SAME: Duration = Duration::from_mins(10);

/// What is remembered of the series of one metric of one workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Group {
    siblings: Siblings,
    open: Vec<Open>,
    /// The mean of all; nothing for a series of no workload.
    #[serde(default)]
    whole: Option<Box<Whole>>,
    /// Pods that are unusual and not told: since when, and which way.
    #[serde(default)]
    waiting: BTreeMap<String, (Timestamp, Direction)>,
}

/// An anomaly that goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Open {
    anomaly: Anomaly,
    /// Series that are unusual now.
    members: BTreeSet<String>,
    /// Whether something is to be told at the end of the batch.
    is_news: bool,
}

impl Group {
    /// The group that a series belongs to.
    pub(super) fn of(series: &MetricSeries) -> Self {
        Self {
            siblings: Siblings::new(FRESH),
            open: Vec::new(),
            whole: Whole::of(series).map(Box::new),
            waiting: BTreeMap::new(),
        }
    }

    /// Takes a value of one pod for the mean.
    pub(super) fn put(&mut self, noticed: &Noticed, step: Option<Duration>) {
        if let Some(whole) = &mut self.whole {
            whole.put(noticed.at, noticed.value, step);
        }
    }

    /// Judges the mean of all. Returns what ended.
    pub(super) fn settle(&mut self, cluster: &str) -> Vec<Detected> {
        let Some(mut whole) = self.whole.take() else { return Vec::new() };
        let noticed = whole.settle();
        let told = noticed.iter().filter_map(|noticed| {
            let around = Surroundings::of(cluster, &whole.watched, noticed, (0.0, None));
            self.change(&whole.id, noticed, &around)
        });
        let told = told.collect();
        self.whole = Some(whole);
        told
    }

    /// Tells that it is `now`: what fell silent ends.
    pub(super) fn advance(&mut self, now: Timestamp) -> Option<Detected> {
        let whole = self.whole.as_mut()?;
        let Some(Transition::Ended { at, .. }) = whole.watched.advance(now) else { return None };
        let id = whole.id.clone();
        self.leave(&id, at)
    }

    /// Forgets what was learned of the mean, if the name of its series contains `text`.
    pub(super) fn reset(&mut self, text: &str) -> bool {
        let whole = self.whole.as_mut().filter(|it| it.id.contains(text));
        whole.map(|it| it.watched.reset()).is_some()
    }

    /// The mean of all, if there is one.
    pub(super) fn whole(&self) -> Option<&Whole> {
        self.whole.as_deref()
    }

    /// Takes what one sample of a series led to. Returns the anomaly that ended by it.
    pub(super) fn hear(
        &mut self,
        id: &str,
        noticed: &Noticed,
        around: &Surroundings<'_>,
    ) -> Option<Detected> {
        self.siblings.learn_one(SiblingReading {
            series: fingerprint(id),
            at: noticed.at,
            value: noticed.value,
            score: noticed.score,
            over: noticed.is_over.then_some(noticed.direction),
        });
        if noticed.restarted {
            self.forget(id);
        }
        self.change(id, noticed, around)
    }

    /// What a series does to the anomalies of the group. Returns the one that ended.
    fn change(&mut self, id: &str, noticed: &Noticed, around: &Surroundings<'_>) -> Option<Detected> {
        match noticed.transition {
            Some(Transition::Began { at }) if self.is_told(id, noticed) => {
                self.begin(id, at, noticed, around);
            }
            Some(Transition::Began { at }) => {
                if !self.join(id, at, noticed, around) {
                    self.waiting.insert(id.to_owned(), (at, noticed.direction));
                }
            }
            Some(Transition::Worsened) => self.worsen(id, noticed, around),
            Some(Transition::Ended { at, .. }) => return self.leave(id, at),
            None if noticed.is_ongoing && noticed.odd.is_some() && !self.is_member(id) => {
                self.begin(id, noticed.at, noticed, around);
            }
            None => self.age(id, noticed.at, around.ty),
        }
        None
    }

    /// Whether a series speaks for itself: the mean of a workload does, and one pod only when it is unlike its siblings.
    fn is_told(&self, id: &str, noticed: &Noticed) -> bool {
        self.whole.as_ref().is_none_or(|whole| whole.id == id) || noticed.odd.is_some()
    }

    fn is_member(&self, id: &str) -> bool {
        self.open.iter().any(|it| it.members.contains(id))
    }

    /// Begins an anomaly, unless the series joins one that goes on.
    fn begin(&mut self, id: &str, at: Timestamp, noticed: &Noticed, around: &Surroundings<'_>) {
        let scope = self.scope();
        if self.join(id, at, noticed, around) {
            return;
        }
        let mut open =
            Open { anomaly: around.describe(id, at, noticed), members: BTreeSet::new(), is_news: true };
        open.members.insert(id.to_owned());
        let waits = |(since, way): &(Timestamp, Direction)| {
            *way == noticed.direction && at.seconds_since(*since).abs() <= SAME.as_secs_f64()
        };
        for (pod, (since, _)) in self.waiting.extract_if(.., |_, it| waits(it)) {
            open.join(&pod, since);
        }
        open.grade(noticed.at, around.ty, scope);
        self.open.push(open);
    }

    /// Joins the anomaly that its siblings have at the same time in the same direction, if there is one.
    fn join(&mut self, id: &str, at: Timestamp, noticed: &Noticed, around: &Surroundings<'_>) -> bool {
        let scope = self.scope();
        let same = |it: &&mut Open| {
            it.anomaly.direction == Some(noticed.direction)
                && at.seconds_since(it.anomaly.started_at).abs() <= SAME.as_secs_f64()
        };
        let Some(open) = self.open.iter_mut().find(same) else { return false };
        open.join(id, at);
        open.grade(noticed.at, around.ty, scope);
        true
    }

    fn worsen(&mut self, id: &str, noticed: &Noticed, around: &Surroundings<'_>) {
        let scope = self.scope();
        if let Some(open) = self.open.iter_mut().find(|it| it.members.contains(id)) {
            let Anomaly { value, score, drivers, .. } = around.describe(id, noticed.at, noticed);
            open.anomaly = Anomaly { value, score, drivers, ..open.anomaly.clone() };
            open.is_news = true;
            open.grade(noticed.at, around.ty, scope);
        }
    }

    /// What lasts gets worse.
    fn age(&mut self, id: &str, at: Timestamp, ty: MetricType) {
        let scope = self.scope();
        if let Some(open) = self.open.iter_mut().find(|it| it.members.contains(id)) {
            open.grade(at, ty, scope);
        }
    }

    /// A series is usual again. The anomaly ends with its last series.
    pub(super) fn leave(&mut self, id: &str, at: Timestamp) -> Option<Detected> {
        self.waiting.remove(id);
        let place = self.open.iter().position(|it| it.members.contains(id))?;
        let open = &mut self.open[place];
        open.members.remove(id);
        let latest = open.anomaly.ended_at.map_or(at, |known| known.max(at));
        open.anomaly.ended_at = Some(latest);
        if !open.members.is_empty() {
            return None;
        }
        let anomaly = self.open.remove(place).anomaly;
        Some(Detected::Ended(AnomalyEnded { anomaly }))
    }

    /// What is new since the last time, to be told at the end of a batch.
    pub(super) fn news(&mut self) -> Vec<Detected> {
        let mut news = Vec::new();
        for open in self.open.iter_mut().filter(|it| it.is_news) {
            open.is_news = false;
            let anomaly = Anomaly { ended_at: None, ..open.anomaly.clone() };
            news.push(Detected::Began(AnomalyDetected { anomaly }));
        }
        news
    }

    /// Forgets how a series lay to the others: it begins a new life.
    pub(super) fn forget(&mut self, id: &str) {
        self.siblings.forget(fingerprint(id));
    }

    /// Compares the series: the fingerprint of the odd one out, and how odd it is.
    pub(super) fn judge(&mut self, at: Timestamp) -> Option<(u64, Oddity)> {
        match self.siblings.judge(at) {
            Verdict::OddOneOut { series, score, deviation, direction } => {
                Some((series, Oddity { deviation, score: score.value(), direction }))
            }
            Verdict::Alone | Verdict::Ordinary | Verdict::Together { .. } => None,
        }
    }

    /// Whether nothing goes on and nobody is compared.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.siblings.is_empty()
    }

    fn scope(&self) -> u32 {
        u32::try_from(self.siblings.len()).unwrap_or(u32::MAX)
    }
}

impl Open {
    fn join(&mut self, id: &str, at: Timestamp) {
        self.anomaly.started_at = self.anomaly.started_at.min(at);
        self.anomaly.ended_at = None;
        self.members.insert(id.to_owned());
        let id = SeriesId::new(id);
        if id != self.anomaly.series && !self.anomaly.with.contains(&id) {
            self.anomaly.with.push(id);
            self.is_news = true;
        }
    }

    /// Grades it anew: it never gets milder.
    fn grade(&mut self, now: Timestamp, ty: MetricType, of: u32) {
        let affected = u32::try_from(1 + self.anomaly.with.len()).unwrap_or(u32::MAX);
        let lasted =
            Duration::try_from_secs_f64(now.seconds_since(self.anomaly.started_at)).unwrap_or_default();
        let grade = severity(self.anomaly.score, lasted, Scope { affected, of }, ty);
        if grade > self.anomaly.severity {
            self.anomaly.severity = grade;
            self.is_news = true;
        }
    }
}

/// What stands for the name of a series among its siblings (FNV-1a, 64 bits).
pub(super) fn fingerprint(id: &str) -> u64 {
    id.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
