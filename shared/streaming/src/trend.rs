//! Whether a series grows without end, as the memory of a leaking container does.

mod confidence;
mod ring;
mod shape;

use crate::{Learner, Snapshot, SnapshotError};
use chiron_model::{Sample, Score, Timestamp};
use ring::Ring;
use serde::{Deserialize, Serialize};
use shape::Shape;
use std::time::Duration;

/// What counts as growth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendConfig {
    /// Samples within this time are one point; at least 1 s. Default 15 s.
    pub step: Duration,
    /// A life must last so long before it is judged: what starts up grows. Default 30 min.
    pub least_life: Duration,
    /// Growth that counts in full, in multiples of the level; less counts in part. Default 0.1.
    pub least_growth: f64,
}

/// Slope of one series over the life of its container, with how surely it is a leak.
///
/// A life begins with the first sample, when the caller says so ([`Trend::begin_life`]), or when the value collapses
/// for good. Growth counts when it is steady (Kendall's tau), goes on in the later half, flattens nowhere, and is
/// larger than what the series ever lost on its own; slow growth is in doubt until a whole day was seen. So caches
/// that warm up, garbage collection, single steps, the rise of a day, and noise are no leaks. Two things look like
/// one for a while: the first rise of a collector that works less often than once in [`TrendConfig::least_life`],
/// until it falls; and a noisy cache that takes an hour or more to fill, for some minutes.
///
/// Samples that are not finite, or not later than the last one, are ignored; when the clock was set back, the life
/// begins anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    state: State,
    /// As of the last point; follows from the state.
    shape: Option<Shape>,
}

/// A trend as of now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendEstimate {
    /// Change per second, in the unit of the series.
    pub slope_per_second: f64,
    /// How surely the series grows without end.
    pub confidence: Score,
    /// Rise since the life began, in multiples of its median level.
    pub growth: f64,
    /// Seconds until the limit is reached, when the series goes on like this; nothing when it does not grow, or no
    /// limit is known.
    pub seconds_to_limit: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct State {
    config: TrendConfig,
    /// When the life began, as the caller said; nanoseconds.
    born: Option<i64>,
    /// Time of the first sample of the life; nanoseconds.
    origin: Option<i64>,
    /// Time of the last sample; nanoseconds.
    last: Option<i64>,
    ring: Ring,
    /// The fastest growth per hour of this life, in multiples of the level, when growth was sure.
    fastest: f64,
    /// The largest fall of earlier lives that was no restart.
    fall: f64,
    /// The fall with which this life began, unless it was a restart.
    collapse: f64,
    /// Samples in a row that are below half the level.
    low: u8,
    /// Samples in a row that are much too late.
    late: u8,
}

impl Default for TrendConfig {
    fn default() -> Self {
        Self { step: Duration::from_secs(15), least_life: Duration::from_mins(30), least_growth: 0.1 }
    }
}

impl Trend {
    /// From this confidence on growth should be told as a leak.
    pub const THRESHOLD: f64 = 0.8;

    /// A value has collapsed when so many samples in a row are below half the level; fewer are a slip.
    const COLLAPSE: u8 = 3;
    /// The clock was set back when so many samples in a row are late by more than [`Trend::LATE`].
    const SET_BACK: u8 = 10;
    const LATE: Duration = Duration::from_hours(1);
    /// Larger numbers are taken for this one, so that no sum overflows.
    const LARGEST: f64 = 1e30;

    /// Knows nothing yet.
    #[must_use]
    pub fn new(config: TrendConfig) -> Self {
        let ring = Ring::new(config.step.as_secs_f64().max(1.0));
        let (born, origin, last) = (None, None, None);
        let state = State {
            config,
            born,
            origin,
            last,
            ring,
            fastest: 0.0,
            fall: 0.0,
            collapse: 0.0,
            low: 0,
            late: 0,
        };
        Self { state, shape: None }
    }

    /// Says when the container of the series started, so that its fall is known to be a restart.
    ///
    /// May be said with each sample: an older or equal time changes nothing.
    pub fn begin_life(&mut self, at: Timestamp) {
        let state = &mut self.state;
        if state.born.is_some_and(|born| at.nanos() <= born) {
            return;
        }
        state.born = Some(at.nanos());
        state.collapse = 0.0;
        if state.origin.is_some_and(|origin| origin < at.nanos()) {
            // What fell by itself once may do so again, though a new version may not.
            let fallen = self.shape.map_or(0.0, |shape| shape.fall);
            self.state.fall = fallen.max(0.8 * self.state.fall);
            self.forget();
        }
    }

    /// The trend of this life; nothing while there are too few points.
    #[must_use]
    pub fn estimate(&self, limit: Option<f64>) -> Option<TrendEstimate> {
        let shape = self.shape?;
        let rising = shape.slope > 0.0 && shape.later_slope > 0.0;
        let seconds = |limit: f64| ((limit - shape.now) / shape.slope).max(0.0);
        Some(TrendEstimate {
            slope_per_second: shape.slope,
            confidence: Score::clamped(self.confidence()),
            growth: shape.growth(),
            seconds_to_limit: limit.filter(|_| rising).map(seconds).filter(|it| it.is_finite()),
        })
    }

    fn confidence(&self) -> f64 {
        let Some(shape) = &self.shape else { return 0.0 };
        let fastest = self.state.fastest.max(confidence::pace(shape));
        self.growth(shape) * confidence::beyond_a_day(shape, fastest)
    }

    fn growth(&self, shape: &Shape) -> f64 {
        confidence::of_growth(shape, &self.state.config, self.state.fall.max(self.state.collapse))
    }

    /// Takes in that a step of the ring is over.
    fn reshape(&mut self) {
        self.shape = Shape::of(self.state.ring.points());
        // A straight rise loses pace, measured by its level; what once was too fast for a day stays so.
        if let Some(shape) = self.shape.filter(|shape| self.growth(shape) >= Self::THRESHOLD) {
            self.state.fastest = self.state.fastest.max(confidence::pace(&shape));
        }
    }

    /// Whether a value is far below where the life is.
    fn is_low(&self, value: f64) -> bool {
        self.level().is_some_and(|level| value < level / 2.0)
    }

    /// The level of late: the mean of the last point.
    fn level(&self) -> Option<f64> {
        self.state.ring.points().last().map(|point| point.value.into())
    }

    /// Whether a sample of this time comes after all others of the life; if so, it is the last one now.
    fn is_next(&mut self, at: Timestamp) -> bool {
        let (state, nanos) = (&mut self.state, at.nanos());
        if state.born.is_some_and(|born| nanos < born) {
            return false;
        }
        if state.last.is_some_and(|last| nanos <= last) {
            let is_late = state.last.is_some_and(|last| at.plus(Self::LATE).nanos() < last);
            state.late = if is_late { state.late.saturating_add(1) } else { 0 };
            if state.late < Self::SET_BACK {
                return false;
            }
            self.forget();
        }
        self.state.late = 0;
        self.state.last = Some(nanos);
        true
    }

    /// Begins a life that nobody spoke of, when the value stays low.
    fn watch_for_collapse(&mut self, value: f64) {
        let Some(level) = self.level().filter(|_| self.is_low(value)) else {
            self.state.low = 0;
            return;
        };
        self.state.low = self.state.low.saturating_add(1);
        if self.state.low >= Self::COLLAPSE {
            self.state.fall = self.state.fall.max(self.state.collapse);
            self.state.collapse = level - value;
            self.forget();
        }
    }

    /// Forgets the course of the life.
    fn forget(&mut self) {
        self.state.ring = Ring::new(self.state.config.step.as_secs_f64().max(1.0));
        self.state.origin = None;
        self.state.fastest = 0.0;
        self.state.low = 0;
        self.shape = None;
    }
}

impl Learner for Trend {
    type Input<'a> = Sample;
    /// How surely the series grows without end, 0..=1; 0 while there are too few points.
    type Score = f64;
    const NAME: &'static str = "trend";
    const VERSION: u16 = 1;

    fn score_one(&self, sample: Sample) -> f64 {
        if self.is_low(sample.value) { 0.0 } else { self.confidence() }
    }

    fn learn_one(&mut self, sample: Sample) {
        if !sample.value.is_finite() || !self.is_next(sample.at) {
            return;
        }
        let value = sample.value.clamp(-Self::LARGEST, Self::LARGEST);
        self.watch_for_collapse(value);
        if self.state.low > 0 {
            return;
        }
        let origin = *self.state.origin.get_or_insert(sample.at.nanos());
        let seconds = sample.at.seconds_since(Timestamp::from_nanos(origin));
        if self.state.ring.learn(seconds, value) {
            self.reshape();
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(Self::NAME, Self::VERSION, &self.state)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let state: State = snapshot.read(Self::NAME, Self::VERSION)?;
        if !state.ring.is_possible() {
            return Err(SnapshotError::Impossible(Self::NAME, "its points are no course of a life"));
        }
        let shape = Shape::of(state.ring.points());
        Ok(Self { state, shape })
    }
}
