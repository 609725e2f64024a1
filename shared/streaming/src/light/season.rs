//! What is usual at this hour: of the week, or else of the day.

use serde::{Deserialize, Serialize};

const HOUR: i64 = 3600;
const DAY: i64 = 24;
const WEEK: i64 = 7 * DAY;
const DAY_SLOTS: usize = 24;
const WEEK_SLOTS: usize = 7 * DAY_SLOTS;
/// Hours from Monday, 0:00 to 1970-01-01T00:00:00Z, a Thursday.
const THURSDAY: i64 = 3 * DAY;

/// Means by hour of the week and by hour of the day, in UTC.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Season {
    week: [f32; WEEK_SLOTS],
    day: [f32; DAY_SLOTS],
    /// How often each hour was there, up to 255.
    weeks: [u8; WEEK_SLOTS],
    days: [u8; DAY_SLOTS],
    /// The hour that is being learned, since 1970.
    hour: i64,
    /// Samples of this hour so far.
    samples: u32,
}

/// How fast a `Season` learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeasonConfig {
    /// Weight of a new week against those before.
    pub week_rate: f32,
    /// Weight of a new day against those before.
    pub day_rate: f32,
}

/// How it is written.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    week: Vec<f32>,
    day: Vec<f32>,
    weeks: Vec<u8>,
    days: Vec<u8>,
    hour: i64,
    samples: u32,
}

impl Default for Season {
    fn default() -> Self {
        Self {
            week: [0.0; WEEK_SLOTS],
            day: [0.0; DAY_SLOTS],
            weeks: [0; WEEK_SLOTS],
            days: [0; DAY_SLOTS],
            hour: i64::MIN,
            samples: 0,
        }
    }
}

impl Season {
    /// What is usual at `seconds`; nothing before the hour was there a day ago.
    ///
    /// An hour that is being learned for the first time does not count as known.
    pub(super) fn expected(&self, seconds: i64) -> Option<f32> {
        let (of_week, of_day) = places(seconds.div_euclid(HOUR));
        let is_current = seconds.div_euclid(HOUR) == self.hour;
        let known = |visits: u8| visits > u8::from(is_current);
        if known(self.weeks[of_week]) {
            return Some(self.week[of_week]);
        }
        known(self.days[of_day]).then(|| self.day[of_day])
    }

    /// Learns `value`, of which about `per_hour` come in an hour.
    pub(super) fn learn(&mut self, seconds: i64, value: f32, per_hour: f32, config: SeasonConfig) {
        let hour = seconds.div_euclid(HOUR);
        let (of_week, of_day) = places(hour);
        if hour != self.hour {
            self.hour = hour;
            self.samples = 0;
            self.weeks[of_week] = self.weeks[of_week].saturating_add(1);
            self.days[of_day] = self.days[of_day].saturating_add(1);
        }
        let samples = self.samples;
        let weight = |visits: u8, rate: f32| weight(visits, samples, per_hour, rate);
        let week = weight(self.weeks[of_week], config.week_rate);
        let day = weight(self.days[of_day], config.day_rate);
        self.week[of_week] += week * (value - self.week[of_week]);
        self.day[of_day] += day * (value - self.day[of_day]);
        self.samples = samples.saturating_add(1);
    }

    pub(super) fn write(&self) -> Written {
        Written {
            week: self.week.to_vec(),
            day: self.day.to_vec(),
            weeks: self.weeks.to_vec(),
            days: self.days.to_vec(),
            hour: self.hour,
            samples: self.samples,
        }
    }

    /// Nothing when it cannot have been written by [`Season::write`].
    pub(super) fn read(written: &Written) -> Option<Self> {
        let Written { week, day, weeks, days, hour, samples } = written;
        let is_sound = week.iter().chain(day).all(|mean| mean.is_finite());
        Some(Self {
            week: week.as_slice().try_into().ok()?,
            day: day.as_slice().try_into().ok()?,
            weeks: weeks.as_slice().try_into().ok()?,
            days: days.as_slice().try_into().ok()?,
            hour: *hour,
            samples: *samples,
        })
        .filter(|_| is_sound)
    }
}

/// The slots of an hour since 1970.
#[expect(clippy::cast_possible_truncation, reason = "between 0 and 167")]
fn places(hour: i64) -> (usize, usize) {
    ((hour + THURSDAY).rem_euclid(WEEK) as usize, hour.rem_euclid(DAY) as usize)
}

/// A plain mean at first, a slowly forgetting one later. An hour counts as much as it does with samples in it.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^23")]
fn weight(visits: u8, samples: u32, per_hour: f32, rate: f32) -> f32 {
    let before = f32::from(visits.saturating_sub(1)) * per_hour.max(1.0);
    (rate / per_hour.max(1.0)).max(1.0 / (before + samples as f32 + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: SeasonConfig = SeasonConfig { week_rate: 0.3, day_rate: 0.2 };

    fn learned(days: i64) -> Season {
        let mut season = Season::default();
        for step in 0..days * 288 {
            let seconds = step * 300;
            let hour = seconds.div_euclid(HOUR).rem_euclid(24);
            season.learn(seconds, if hour == 3 { 9.0 } else { 1.0 }, 12.0, CONFIG);
        }
        season
    }

    #[test]
    fn nothing_is_expected_on_the_first_day() {
        let season = learned(1);

        assert_eq!(Season::default().expected(0), None);
        assert_eq!(season.expected(DAY * HOUR - 300), None);
    }

    #[test]
    fn the_hour_of_yesterday_is_expected_today() {
        let season = learned(1);

        assert_eq!(season.expected((DAY + 3) * HOUR), Some(9.0));
        assert_eq!(season.expected((DAY + 4) * HOUR), Some(1.0));
    }

    #[test]
    fn after_a_week_days_differ() {
        let mut season = learned(7);
        season.learn(7 * DAY * HOUR + 3 * HOUR, 9.0, 12.0, CONFIG);

        assert_eq!(season.expected((8 * DAY + 3) * HOUR), Some(9.0));
    }

    #[test]
    fn times_before_1970_have_slots_too() {
        assert_eq!(places(-1), (71, 23));
        assert_eq!(places(0), (72, 0));
    }
}
