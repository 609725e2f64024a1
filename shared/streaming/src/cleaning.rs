//! From raw samples to values that can be learned: in order, finite, counters as rates, one unit.

mod clock;
mod counter;
mod step;
mod unit;

use chiron_model::{MetricKind, Sample, Timestamp};
use clock::SeriesClock;
use counter::Counter;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) use step::UsualStep;
pub use unit::{UnitChanged, UnitWatch};

/// Values beyond this, on either side of 0, are dropped, so that sums and squares of scales stay finite.
const LARGEST: f64 = 1e300;

/// What a raw sample comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cleaned {
    /// A value to score and to learn. It is finite, and times rise from one to the next unless there is a gap.
    Value {
        /// When it was measured.
        at: Timestamp,
        /// The value of a gauge, or the increase of a counter per second.
        value: f64,
        /// The silence before it, when more than 5 usual steps are missing; or how far the clock was set.
        gap: Option<Duration>,
        /// The counter began anew before it, so that the rate is a guess.
        restarted: bool,
    },
    /// A counter's first value, its first after a gap, or one too soon after another to tell a rate.
    Waits,
    /// It cannot be used.
    Dropped(Why),
}

/// Why a sample cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not a number, or infinite. Prometheus marks the end of a series this way.
    NotFinite,
    /// There was a sample of this time before.
    Duplicate,
    /// It is older than the last one. When the clock was set back by more than an hour, the third sample of the new
    /// time is taken.
    OutOfOrder,
    /// It is more than a day ahead of the usual step. The second such sample is taken.
    FutureJump,
    /// It is beyond 1e300, or its rate is.
    TooLarge,
    /// It is a counter below 0.
    Negative,
}

/// How many samples of a series were dropped, by reason. They stop at [`u32::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drops {
    /// See [`Why::NotFinite`].
    pub not_finite: u32,
    /// See [`Why::Duplicate`].
    pub duplicate: u32,
    /// See [`Why::OutOfOrder`].
    pub out_of_order: u32,
    /// See [`Why::FutureJump`].
    pub future_jump: u32,
    /// See [`Why::TooLarge`].
    pub too_large: u32,
    /// See [`Why::Negative`].
    pub negative: u32,
}

impl Drops {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.not_finite, self.duplicate, self.out_of_order, self.future_jump, self.too_large, self.negative]
            .into_iter()
            .map(u64::from)
            .sum()
    }

    fn count(&mut self, why: Why) {
        let count = match why {
            Why::NotFinite => &mut self.not_finite,
            Why::Duplicate => &mut self.duplicate,
            Why::OutOfOrder => &mut self.out_of_order,
            Why::FutureJump => &mut self.future_jump,
            Why::TooLarge => &mut self.too_large,
            Why::Negative => &mut self.negative,
        };
        *count = count.saturating_add(1);
    }
}

/// What is remembered of one series to clean its samples: 80 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cleaner {
    clock: SeriesClock,
    counter: Counter,
    drops: Drops,
}

impl Cleaner {
    /// Cleans the next sample. Time is judged by the samples alone, so that a recording gives what its live stream gave.
    pub fn take(&mut self, sample: Sample, kind: MetricKind) -> Cleaned {
        self.judge(sample, kind).unwrap_or_else(|why| {
            self.drops.count(why);
            Cleaned::Dropped(why)
        })
    }

    /// What was dropped so far.
    #[must_use]
    pub fn drops(&self) -> Drops {
        self.drops
    }

    /// The usual time between two samples, once there were two.
    #[must_use]
    pub fn usual_step(&self) -> Option<Duration> {
        self.clock.step().seconds().and_then(|it| Duration::try_from_secs_f32(it).ok())
    }

    /// The value is judged before its time: what cannot be used must not move the clock.
    fn judge(&mut self, sample: Sample, kind: MetricKind) -> Result<Cleaned, Why> {
        check(sample.value, kind)?;
        let gap = self.clock.take(sample.at)?;
        match kind {
            MetricKind::Gauge => {
                self.counter = Counter::default();
                Ok(Cleaned::Value { at: sample.at, value: sample.value, gap, restarted: false })
            }
            MetricKind::Counter => self.counter.take(sample, gap, self.clock.step()),
        }
    }
}

fn check(value: f64, kind: MetricKind) -> Result<(), Why> {
    if !value.is_finite() {
        Err(Why::NotFinite)
    } else if value.abs() > LARGEST {
        Err(Why::TooLarge)
    } else if kind == MetricKind::Counter && value < 0.0 {
        Err(Why::Negative)
    } else {
        Ok(())
    }
}
