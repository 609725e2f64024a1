//! Makes of histograms what a detector can use: quantiles and a mean of each interval.

use super::{
    HistogramDigest,
    histogram::{Part, Role},
};
use chiron_model::{MetricKind, MetricSeries, Sample, SeriesId, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, mem, time::Duration};

/// Times of a histogram that may wait for their missing parts.
const WAITING: usize = 8;
/// So many later times are waited for before a time is used although a part is missing.
const PATIENCE: usize = 2;
/// A histogram that was not seen for this long may be forgotten for a new one. A time that lies this far before the last
/// one was not late: the last one was wrong.
const FORGET_AFTER: Duration = Duration::from_hours(1);
/// What is given of each interval, besides the mean.
const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];

/// Remembers the last counts of each histogram and summary, so that the next ones give the quantiles and the mean of
/// what came between: series such as `http_request_duration_seconds_p99`.
///
/// Buckets are taken out of what is passed on. `_sum` and `_count` stay, as counters. Parts of one time may come
/// apart, as remote write sends them: a time is used once it has the parts that the time before had, or once two later
/// times have come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Condenser {
    limit: usize,
    histograms: BTreeMap<SeriesId, History>,
    refused: u64,
}

/// What is remembered of one histogram.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct History {
    /// The last time that was used.
    last: Option<(Timestamp, HistogramDigest)>,
    /// Later times, some with parts missing.
    waiting: BTreeMap<Timestamp, HistogramDigest>,
}

/// What a batch holds of one histogram.
struct Arrival {
    /// The histogram as a series without samples.
    series: MetricSeries,
    parts: Vec<(Part, Vec<Sample>)>,
    is_sure: bool,
}

/// Condenses one batch alone: quantiles and means come of it only when the batch holds several times.
#[must_use]
pub fn condense(batch: Vec<MetricSeries>) -> Vec<MetricSeries> {
    Condenser::default().condense(batch)
}

impl Default for Condenser {
    /// Remembers 10,000 histograms, each of about 1 KB.
    fn default() -> Self {
        Self::new(10_000)
    }
}

impl Condenser {
    /// Remembers up to `limit` histograms.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, histograms: BTreeMap::new(), refused: 0 }
    }

    /// The batch without buckets, and the quantiles and means of the intervals that it ends.
    pub fn condense(&mut self, batch: Vec<MetricSeries>) -> Vec<MetricSeries> {
        let mut passed = Vec::with_capacity(batch.len());
        let mut arrivals = BTreeMap::new();
        for mut series in batch {
            let Some(role) = Role::of(&series) else {
                passed.push((series, None));
                continue;
            };
            let samples =
                if role.is_bucket() { mem::take(&mut series.samples) } else { series.samples.clone() };
            let id = arrive(&mut arrivals, &role, samples);
            if !role.is_bucket() {
                passed.push((series, Some(id)));
            }
        }
        self.make_place(&arrivals);
        let gauges: Vec<_> = arrivals.into_iter().flat_map(|(id, arrival)| self.learn(id, arrival)).collect();
        let passed = passed.into_iter().map(|(series, part_of)| self.as_counter(series, part_of));
        passed.chain(gauges).collect()
    }

    /// The sum or the count of a histogram that is known, whose name alone may look like a gauge.
    fn as_counter(&self, mut series: MetricSeries, part_of: Option<SeriesId>) -> MetricSeries {
        if part_of.is_some_and(|id| self.histograms.contains_key(&id)) {
            series.kind = MetricKind::Counter;
        }
        series
    }

    /// Histograms that were left out because the memory was full.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Makes place for new histograms, if there is none: those that are gone are forgotten.
    fn make_place(&mut self, arrivals: &BTreeMap<SeriesId, Arrival>) {
        let new = arrivals.keys().filter(|id| !self.histograms.contains_key(id)).count();
        if self.histograms.len() + new <= self.limit {
            return;
        }
        let samples = arrivals.values().flat_map(|it| it.parts.iter().flat_map(|(_, samples)| samples));
        let Some(now) = samples.map(|sample| sample.at).max() else { return };
        let oldest = now.minus(FORGET_AFTER);
        self.histograms.retain(|_, history| history.newest() >= Some(oldest));
    }

    fn learn(&mut self, id: SeriesId, arrival: Arrival) -> Vec<MetricSeries> {
        let is_known = self.histograms.contains_key(&id);
        if !is_known && !arrival.is_sure {
            return Vec::new();
        }
        if !is_known && self.histograms.len() >= self.limit {
            self.refused += 1;
            return Vec::new();
        }
        let history = self.histograms.entry(id).or_default();
        for (part, samples) in arrival.parts {
            for sample in samples {
                history.learn(part, sample);
            }
        }
        described(&arrival.series, &history.settle())
    }
}

/// Puts a part to the others of its histogram.
fn arrive(arrivals: &mut BTreeMap<SeriesId, Arrival>, role: &Role, samples: Vec<Sample>) -> SeriesId {
    let id = role.histogram.id();
    let arrival = arrivals.entry(id.clone()).or_insert_with(|| Arrival {
        series: role.described(),
        parts: Vec::new(),
        is_sure: false,
    });
    if !role.histogram.unit.is_empty() {
        arrival.series.unit.clone_from(&role.histogram.unit);
    }
    arrival.is_sure |= role.is_sure;
    arrival.parts.push((role.part, samples));
    id
}

/// The intervals as gauges, those without a number left out.
fn described(histogram: &MetricSeries, intervals: &[(Timestamp, HistogramDigest)]) -> Vec<MetricSeries> {
    let gauge = |ending: &str, of: &dyn Fn(&HistogramDigest) -> Option<f64>| {
        let sample =
            |(at, digest): &(Timestamp, HistogramDigest)| of(digest).map(|value| Sample { at: *at, value });
        MetricSeries {
            name: format!("{}_{ending}", histogram.name),
            kind: MetricKind::Gauge,
            samples: intervals.iter().filter_map(sample).collect(),
            ..histogram.clone()
        }
    };
    let quantiles = QUANTILES.iter().map(|(ending, q)| gauge(ending, &|digest| digest.quantile(*q)));
    let mean = gauge("mean", &HistogramDigest::mean);
    quantiles.chain([mean]).filter(|it| !it.samples.is_empty()).collect()
}

impl History {
    /// The newest time that was seen.
    fn newest(&self) -> Option<Timestamp> {
        let waiting = self.waiting.last_key_value().map(|(at, _)| *at);
        waiting.max(self.last.as_ref().map(|(at, _)| *at))
    }

    /// Notes one part of one time. What comes before the last time that was used is too late; what comes long before it
    /// shows that the clock was wrong, and all begins anew.
    fn learn(&mut self, part: Part, sample: Sample) {
        if self.last.as_ref().is_some_and(|(at, _)| sample.at < at.minus(FORGET_AFTER)) {
            *self = Self::default();
        }
        let digest = match &mut self.last {
            Some((at, _)) if sample.at < *at => return,
            // Late, but the next time will be compared with it.
            Some((at, digest)) if sample.at == *at => digest,
            Some(_) | None => self.waiting.entry(sample.at).or_default(),
        };
        match part {
            Part::Bucket(bound) => digest.set_bucket(bound, sample.value),
            Part::Sum => digest.set_sum(sample.value),
            Part::Count => digest.set_count(sample.value),
        }
    }

    /// Uses the times that are complete, and gives what was observed between each two of them, by the end of the interval.
    fn settle(&mut self) -> Vec<(Timestamp, HistogramDigest)> {
        let mut intervals = Vec::new();
        while let Some((at, digest)) = self.waiting.first_key_value() {
            let later = self.waiting.len() - 1;
            let is_complete = match &self.last {
                Some((_, last)) => digest.covers(last),
                None => later > 0 && digest.count().is_some(),
            };
            let is_due = later >= PATIENCE && digest.count().is_some();
            if !is_complete && !is_due && later < WAITING {
                break;
            }
            let at = *at;
            let Some(digest) = self.waiting.remove(&at) else { break };
            if digest.count().is_some() {
                let interval = self.last.as_ref().and_then(|(_, last)| digest.since(last));
                intervals.extend(interval.map(|it| (at, it)));
                self.last = Some((at, digest));
            }
        }
        intervals
    }
}
