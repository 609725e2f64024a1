//! One pod among its siblings.

use super::Reading;
use chiron_model::{Direction, Timestamp};
use serde::{Deserialize, Serialize};

/// Ticks that a pod is only learned from: what has just started is different.
const WARM_UP: u16 = 20;
/// Weight of a new tick, once many were seen.
const GAIN: f64 = 0.02;
/// Weight of a new tick before: of how a pod started, little is left at the end.
const FIRST_GAIN: f64 = 0.2;
/// Mean distance of a normal distribution, as its deviation.
const NORMAL: f64 = 1.2533;
/// A tick teaches no more than so many usual distances, so that a fault is not learned at once.
const MOST: f64 = 3.0;
/// The least usual distance, as a share of the level.
const LEAST: f64 = 0.02;
/// Pods that differ by less than this share are as good as equal.
const LEAST_SPREAD: f64 = 0.1;

/// The latest value of one series, and how it usually lies to those of its siblings.
///
/// Offset and distance are shares of the level of all, so that a leader with three times the load stays one at night.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) series: u64,
    /// Nanoseconds since the epoch.
    at: i64,
    pub(super) value: f64,
    pub(super) score: f64,
    pub(super) over: Option<Direction>,
    offset: f64,
    distance: f64,
    seen: u16,
    /// Whether the value was not judged yet.
    is_new: bool,
}

impl Member {
    pub(super) fn new(reading: Reading) -> Self {
        Self {
            series: reading.series,
            at: reading.at.nanos(),
            value: reading.value,
            score: reading.score,
            over: reading.over,
            offset: 0.0,
            distance: 0.0,
            seen: 0,
            is_new: true,
        }
    }

    pub(super) fn take(&mut self, reading: Reading) {
        self.at = reading.at.nanos();
        self.value = reading.value;
        self.score = reading.score;
        self.over = reading.over;
        self.is_new = true;
    }

    pub(super) fn at(&self) -> Timestamp {
        Timestamp::from_nanos(self.at)
    }

    /// Whether enough is known of it.
    pub(super) fn is_known(&self) -> bool {
        self.seen >= WARM_UP
    }

    /// Its value without its usual offset.
    pub(super) fn levelled(&self, level: f64) -> f64 {
        self.value - self.offset * level
    }

    /// How far off it may be without being odd at all, in the unit of the series: by a tenth of the level, by a tenth of
    /// its own offset, or as far as it usually is, as a standard deviation.
    pub(super) fn least_spread(&self, level: f64) -> f64 {
        level * LEAST_SPREAD.max(LEAST_SPREAD * self.offset.abs()).max(NORMAL * self.distance)
    }

    /// Learns that it is so far off, beyond its usual offset; each value once.
    pub(super) fn learn_one(&mut self, off: f64, level: f64) {
        if !std::mem::take(&mut self.is_new) {
            return;
        }
        let share = (off / level).clamp(-1e3, 1e3);
        let most = MOST * self.distance.max(LEAST);
        let (taught, least_gain) =
            if self.is_known() { (share.clamp(-most, most), GAIN) } else { (share, FIRST_GAIN) };
        self.seen = self.seen.saturating_add(1);
        let gain = (1.0 / f64::from(self.seen)).max(least_gain);
        self.offset += gain * taught;
        // The first tick finds the offset: its distance to nothing says nothing.
        if self.seen > 1 {
            self.distance += gain * (taught.abs() - self.distance);
        }
    }
}
