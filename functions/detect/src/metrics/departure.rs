//! How a series that left its usual level stays away from it.

use chiron_model::{Direction, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A series is away as long as it keeps this share of the distance at which it was noticed.
const AWAY: f64 = 0.5;
/// Samples near the usual level before a departure that nobody was told of is forgotten.
const BACK: u8 = 3;
/// After so long, what was unusual is usual.
const NEW_NORMAL: Duration = Duration::from_hours(6);

/// The level at which a series was expected when it left it, and how far away it went.
///
/// The detector itself learns each new level within minutes; this is what keeps an anomaly open until the series comes
/// back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Departure {
    baseline: f64,
    distance: f64,
    since: Timestamp,
    back: u8,
    /// Highest score since it began.
    height: f64,
}

impl Departure {
    pub(super) fn begin(at: Timestamp, value: f64, expected: f64) -> Self {
        Self { baseline: expected, distance: value - expected, since: at, back: 0, height: 0.0 }
    }

    /// The level that was left.
    pub(super) fn baseline(&self) -> f64 {
        self.baseline
    }

    pub(super) fn direction(&self) -> Direction {
        if self.distance < 0.0 { Direction::Below } else { Direction::Above }
    }

    /// Notes a score; the highest one since it began.
    pub(super) fn rise(&mut self, score: f64) -> f64 {
        self.height = self.height.max(score);
        self.height
    }

    /// Takes the next value: whether the series is still away.
    pub(super) fn follow(&mut self, at: Timestamp, value: f64) -> bool {
        let way = (value - self.baseline) / self.distance;
        let is_away = way >= AWAY && at.seconds_since(self.since) < NEW_NORMAL.as_secs_f64();
        if way > 1.0 {
            // What goes on growing is back when it lost half of all that.
            self.distance = value - self.baseline;
        }
        self.back = if is_away { 0 } else { self.back.saturating_add(1) };
        is_away
    }

    /// Whether it came back for good.
    pub(super) fn is_over(&self) -> bool {
        self.back >= BACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_secs(minute * 60)
    }

    #[test]
    fn a_series_is_away_until_it_lost_half_of_the_way() {
        let mut departure = Departure::begin(at(0), 30.0, 10.0);

        assert!(departure.follow(at(1), 29.0));
        assert!(departure.follow(at(2), 50.0));
        assert!(!departure.follow(at(3), 25.0), "half of the way to 50 is 30");
        assert!(!departure.is_over());
        departure.follow(at(4), 10.0);
        departure.follow(at(5), 10.0);
        assert!(departure.is_over());
    }

    #[test]
    fn a_level_that_lasts_for_hours_is_the_new_one() {
        let mut departure = Departure::begin(at(0), 0.0, 10.0);

        assert_eq!(departure.direction(), Direction::Below);
        assert!(departure.follow(at(300), 0.0));
        assert!(!departure.follow(at(361), 0.0));
    }
}
