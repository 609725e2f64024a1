//! Whether a series grows without end, such as memory that leaks.

use chiron_model::Sample;
use chiron_streaming::{Learner, Trend, TrendConfig, TrendEstimate, as_snapshot};
use serde::{Deserialize, Serialize};

/// Trends are looked at every so many samples.
const LOOK: u32 = 8;
/// A trend counts when it reaches its limit within so many seconds.
const SOON: f64 = 6.0 * 3600.0;
/// Without a known limit a trend counts when it grew by this share of its level.
const GROWN: f64 = 0.5;
/// A trend that is followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Growth {
    #[serde(with = "as_snapshot")]
    trend: Trend,
    /// What was found when it was looked at last.
    found: Option<Found>,
}

/// A trend that counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) per_second: f64,
    pub(super) confidence: f64,
    pub(super) seconds_to_limit: Option<f64>,
}

impl Default for Growth {
    fn default() -> Self {
        Self { trend: Trend::new(TrendConfig::default()), found: None }
    }
}

impl Growth {
    /// Takes the next sample, number `samples` of its series: the trend, if it is one to be told.
    pub(super) fn follow(
        &mut self,
        sample: Sample,
        (limit, restarted): (Option<f64>, bool),
        samples: u32,
    ) -> Option<Found> {
        if restarted {
            self.trend.begin_life(sample.at);
        }
        self.trend.learn_one(sample);
        if samples.is_multiple_of(LOOK) {
            self.found = self.trend.estimate(limit).and_then(|it| counts(&it));
        }
        self.found
    }

    /// Bytes of its learned state.
    pub(super) fn size(&self) -> usize {
        self.trend.snapshot().size()
    }
}

/// Whether a trend is one to be told.
fn counts(estimate: &TrendEstimate) -> Option<Found> {
    let is_soon = estimate.seconds_to_limit.is_some_and(|it| it <= SOON);
    let has_grown = estimate.seconds_to_limit.is_none() && estimate.growth >= GROWN;
    (estimate.confidence.value() >= Trend::THRESHOLD && (is_soon || has_grown)).then_some(Found {
        per_second: estimate.slope_per_second,
        confidence: estimate.confidence.value(),
        seconds_to_limit: estimate.seconds_to_limit,
    })
}
