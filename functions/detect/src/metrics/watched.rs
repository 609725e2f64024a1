//! One series: from its samples to the news that it became unusual.

use super::{
    departure::Departure,
    growth::{Found, Growth},
};
use chiron_model::{Direction, MetricKind, MetricOwner, MetricSeries, MetricType, Sample, Score, Timestamp};
use chiron_streaming::{
    Bad, Cleaned, Cleaner, Dampener, Drops, Feature, Learner, LightDetector, LightReading, Model, Profile,
    ThresholdState, Transition, UnitWatch, as_snapshot, bad_of,
};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, time::Duration};

/// Values that are kept to be shown with an anomaly.
const SHOWN: usize = 24;
/// Deviations of less than this share of what was expected concern nobody.
const RELEVANT: f64 = 0.25;
/// The same, of shares of success.
const RELEVANT_OF_SUCCESS: f64 = 0.02;

/// What is remembered of one series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Watched {
    pub(super) name: String,
    pub(super) ty: MetricType,
    pub(super) unit: String,
    pub(super) owner: MetricOwner,
    bad: Bad,
    cleaner: Cleaner,
    units: UnitWatch,
    #[serde(with = "as_snapshot")]
    light: LightDetector,
    growth: Option<Growth>,
    threshold: ThresholdState,
    dampener: Dampener,
    departure: Option<Departure>,
    /// The last values, the oldest first.
    pub(super) recent: VecDeque<Sample>,
    /// Time of the last sample, also of one that was dropped.
    pub(super) seen_at: Timestamp,
    /// How far it was from its siblings, in deviations, when that was odd.
    odd: Option<Oddity>,
}

/// How a series differs from its siblings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Oddity {
    pub(super) deviation: f64,
    pub(super) score: f64,
    pub(super) direction: Direction,
}

/// What one sample led to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Noticed {
    pub(super) at: Timestamp,
    pub(super) value: f64,
    /// The level it left, or what was expected.
    pub(super) expected: f64,
    pub(super) direction: Direction,
    pub(super) score: f64,
    pub(super) threshold: f64,
    pub(super) reading: LightReading,
    pub(super) trend: Option<Found>,
    pub(super) odd: Option<Oddity>,
    /// Whether the sample is over, so that siblings can be asked.
    pub(super) is_over: bool,
    /// Whether it was so for long enough.
    pub(super) is_ongoing: bool,
    /// Whether a counter began anew.
    pub(super) restarted: bool,
    pub(super) transition: Option<Transition>,
}

impl Watched {
    pub(super) fn new(series: &MetricSeries) -> Self {
        let profile = Profile::of(series.ty);
        let follows = profile.models.contains(&Model::Trend);
        Self {
            name: series.name.clone(),
            ty: series.ty,
            unit: series.unit.clone(),
            owner: series.owner.clone(),
            bad: bad_of(&series.name, &series.labels, series.ty),
            cleaner: Cleaner::default(),
            units: UnitWatch::default(),
            light: LightDetector::default(),
            growth: follows.then(Growth::default),
            threshold: ThresholdState::new(profile.threshold, profile.floor, profile.warm_up),
            dampener: Dampener::new(profile.dampening),
            departure: None,
            recent: VecDeque::new(),
            seen_at: Timestamp::MIN,
            odd: None,
        }
    }

    /// Forgets what was learned, and keeps what it is.
    pub(super) fn reset(&mut self) {
        self.light = LightDetector::default();
        self.growth = self.growth.as_ref().map(|_| Growth::default());
        let profile = Profile::of(self.ty);
        self.threshold = ThresholdState::new(profile.threshold, profile.floor, profile.warm_up);
        self.departure = None;
        self.odd = None;
    }

    /// Takes a sample, whose declared unit may have changed. Nothing when there is no value to judge.
    pub(super) fn take(&mut self, kind: MetricKind, unit: &str, sample: Sample) -> Option<Noticed> {
        self.seen_at = self.seen_at.max(sample.at);
        let Cleaned::Value { at, value, restarted, .. } = self.cleaner.take(sample, kind) else {
            return None;
        };
        let changed = self.units.declare(unit).or_else(|| self.units.learn_one(value));
        if changed.is_some() {
            self.reset();
        }
        Some(self.judge(at, value, restarted))
    }

    fn judge(&mut self, at: Timestamp, value: f64, restarted: bool) -> Noticed {
        let scaled = self.scaled(value);
        let reading = self.light.step(at.secs(), scaled);
        let limit = self.limit();
        let samples = self.light.samples();
        let growth =
            self.growth.as_mut().and_then(|it| it.follow(Sample { at, value }, (limit, restarted), samples));
        let trend = growth.filter(|_| self.light.is_warm());
        self.keep(Sample { at, value });
        let threshold = self.threshold.value();
        self.threshold.learn_one(reading.score, at);
        // The first rate after a restart is a guess.
        let is_unusual = reading.score >= threshold
            && !restarted
            && self.is_bad(direction(scaled, reading.expected))
            && self.is_relevant(value, self.unscaled(reading.expected))
            && !self.units.is_in_doubt();
        let is_away = self.depart(at, scaled, reading.expected, is_unusual);
        let odd = self.odd.filter(|it| self.is_bad(it.direction) && self.light.is_warm());
        let is_over = is_unusual || is_away || trend.is_some() || odd.is_some();
        let strongest = trend.map_or(0.0, |it| it.confidence).max(odd.map_or(0.0, |it| it.score));
        let height = self.departure.as_mut().map_or(reading.score, |it| it.rise(reading.score));
        let score = height.max(strongest);
        let transition = self.dampener.learn_one(at, is_over, Score::clamped(score));
        let (expected, way) = self.left(scaled, reading.expected, trend, odd);
        if matches!(transition, Some(Transition::Ended { .. })) {
            self.departure = None;
        }
        let threshold = threshold.min(1.0);
        Noticed {
            at,
            value,
            expected,
            direction: way,
            score,
            threshold,
            reading,
            trend,
            odd,
            is_over,
            is_ongoing: self.dampener.is_ongoing(),
            restarted,
            transition,
        }
    }

    /// The level that was left, in the unit of the series, and to which side.
    fn left(
        &self,
        scaled: f64,
        expected: f64,
        trend: Option<Found>,
        odd: Option<Oddity>,
    ) -> (f64, Direction) {
        if let Some(departure) = &self.departure {
            return (self.unscaled(departure.baseline()), departure.direction());
        }
        let way = match (trend, odd) {
            (Some(_), _) => Direction::Above,
            (None, Some(odd)) => odd.direction,
            (None, None) => direction(scaled, expected),
        };
        (self.unscaled(expected), way)
    }

    /// Whether the series is away from its usual level; begins a departure when it leaves it.
    fn depart(&mut self, at: Timestamp, scaled: f64, expected: f64, is_unusual: bool) -> bool {
        if let Some(departure) = &mut self.departure {
            let is_away = departure.follow(at, scaled);
            if departure.is_over() && !self.dampener.is_ongoing() {
                self.departure = None;
            }
            return is_away;
        }
        #[expect(clippy::float_cmp, reason = "a departure of nothing has no direction")]
        if is_unusual && scaled != expected {
            self.departure = Some(Departure::begin(at, scaled, expected));
        }
        is_unusual
    }

    /// The value at which what grows is at its end, if the unit tells.
    fn limit(&self) -> Option<f64> {
        match self.unit.as_str() {
            "ratio" => Some(1.0),
            "percent" => Some(100.0),
            _ => None,
        }
    }

    fn keep(&mut self, sample: Sample) {
        if self.recent.len() == SHOWN {
            self.recent.pop_front();
        }
        self.recent.push_back(sample);
    }

    /// Notes how it differs from its siblings; nothing when it does not.
    pub(super) fn compare(&mut self, odd: Option<Oddity>) {
        self.odd = odd;
    }

    /// Tells that time passed without a sample.
    pub(super) fn advance(&mut self, now: Timestamp) -> Option<Transition> {
        let ended = self.dampener.advance(now)?;
        self.departure = None;
        Some(ended)
    }

    /// Whether it is unusual now.
    pub(super) fn is_ongoing(&self) -> bool {
        self.dampener.is_ongoing()
    }

    /// The usual time between two samples.
    pub(super) fn usual_step(&self) -> Option<Duration> {
        self.cleaner.usual_step()
    }

    /// Samples that were learned, and those that were dropped.
    pub(super) fn counts(&self) -> (u32, Drops) {
        (self.light.samples(), self.cleaner.drops())
    }

    /// The score from which on it counts; above 1 while it warms up.
    pub(super) fn threshold(&self) -> f64 {
        if self.light.is_warm() { self.threshold.value() } else { 2.0 }
    }

    /// Bytes of its learned state.
    pub(super) fn size(&self) -> usize {
        self.light.snapshot().size() + self.growth.as_ref().map_or(0, Growth::size)
    }

    fn is_bad(&self, direction: Direction) -> bool {
        self.bad.covers(direction)
    }

    /// Whether a person would care: far enough by itself, and by the unit.
    fn is_relevant(&self, value: f64, expected: f64) -> bool {
        let off = (value - expected).abs();
        // Of a share that should be near one, little is much.
        let is_success = self.ty == MetricType::ErrorRate && self.bad == Bad::Below;
        let share = if is_success { RELEVANT_OF_SUCCESS } else { RELEVANT };
        off >= share * expected.abs() && off >= least(self.ty, &self.unit)
    }

    /// Logarithms for what differs by factors: half the latency is as unusual as twice.
    fn scaled(&self, value: f64) -> f64 {
        if self.is_logarithmic() { value.signum() * (1e3 * value.abs()).ln_1p() } else { value }
    }

    fn unscaled(&self, scaled: f64) -> f64 {
        if self.is_logarithmic() { scaled.signum() * scaled.abs().exp_m1() / 1e3 } else { scaled }
    }

    fn is_logarithmic(&self) -> bool {
        Profile::of(self.ty).features.first() == Some(&Feature::LogValue)
    }
}

/// Smaller differences concern nobody, in the unit of the series: two of a hundred requests, a hundredth of a second.
fn least(ty: MetricType, unit: &str) -> f64 {
    match (ty, unit) {
        (MetricType::ErrorRate, "ratio") => 0.02,
        (MetricType::ErrorRate, "percent") => 2.0,
        (MetricType::Latency, "seconds") => 0.01,
        (MetricType::Latency, "milliseconds") => 10.0,
        (_, _) => 0.0,
    }
}

fn direction(value: f64, expected: f64) -> Direction {
    if value < expected { Direction::Below } else { Direction::Above }
}
