//! A threshold that moves until alerts come as often as wanted.

use crate::cleaning::UsualStep;
use chiron_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Height of a score of 1, and of every score nearer to 1 than 1e-6.
const TOP: f32 = 13.8;
/// The highest threshold: so far above all scores that some time without alerts leads back to them.
const HIGHEST: f32 = TOP + 2.0;
/// How far one alert moves the height at first, and later.
const FIRST_GAIN: f32 = 1.0;
const LAST_GAIN: f32 = 0.15;
/// Alerts that were due when the gain is half of the first.
const SETTLING: f32 = 3.0;
/// An interval counts for no more than so many usual steps: silence is no time without alerts.
const MOST_STEPS: f32 = 6.0;
/// Seconds of a day.
const DAY: f32 = 86_400.0;

/// Height of a score: minus the logarithm of what is left to 1, because tails of scores are nearly exponential.
pub(super) fn height(score: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "7 digits are more than a threshold needs")]
    let height = -(1.0 - score.clamp(0.0, 1.0)).max(1e-6).ln() as f32;
    height.min(TOP - 0.01)
}

/// Steers a threshold to a rate of alerts: each alert raises it by the gain, and each day without lowers it by the gain
/// times the alerts that were due. It rests where both are equal.
///
/// Source: Robbins and Monro, Ann. Math. Stat. 22(3), 1951; with constant gain at the end, so that it follows change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Steering {
    height: f32,
    /// Alerts that were due so far.
    due: f32,
    last: Option<i64>,
    step: UsualStep,
    was_over: bool,
}

impl Steering {
    /// The threshold; above 1 when even a score of 1 comes too often.
    pub(super) fn value(&self) -> f64 {
        if self.height >= TOP { super::NEVER } else { 1.0 - (-f64::from(self.height)).exp() }
    }

    /// Begins above everything that was seen while warming up.
    pub(super) fn warm_up(&mut self, score: f64, at: Timestamp) {
        self.days(at);
        self.height = self.height.max(height(score) + 0.01);
    }

    /// Learns a score; the threshold stays at or above `floor`.
    pub(super) fn learn_one(&mut self, score: f64, at: Timestamp, alerts_per_day: f32, floor: f64) {
        let due = alerts_per_day * self.days(at);
        self.due = (self.due + due).min(1e6);
        let is_over = score >= self.value();
        // One alert is told when the scores rise above, not one for each row.
        let alert = f32::from(u8::from(is_over && !self.was_over));
        self.was_over = is_over;
        let gain = (FIRST_GAIN * SETTLING / (SETTLING + self.due)).max(LAST_GAIN);
        self.height = (self.height + gain * (alert - due)).clamp(height(floor), HIGHEST);
    }

    /// Days since the last score, at most some usual steps.
    fn days(&mut self, at: Timestamp) -> f32 {
        let last = self.last.replace(at.nanos()).map_or(at, Timestamp::from_nanos);
        let seconds = at.seconds_since(last).max(0.0);
        self.step.learn_one(seconds);
        let most = MOST_STEPS * self.step.seconds().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the step")]
        let seconds = seconds.min(f64::from(most)) as f32;
        seconds / DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_rise_with_scores_and_stay_below_the_top() {
        let heights = [0.0, 0.5, 0.9, 0.999, 1.0, 7.0].map(height);

        assert!(heights.is_sorted(), "{heights:?}");
        assert!(heights[5] < TOP);
    }

    #[test]
    fn a_day_of_silence_counts_for_six_steps() {
        let mut steering = Steering::default();
        let mut at = Timestamp::from_secs(0);
        for _ in 0..50 {
            steering.days(at);
            at = Timestamp::from_secs(at.secs() + 60);
        }

        let days = steering.days(Timestamp::from_secs(at.secs() + 86_400));

        assert!(days < 7.0 * 60.0 / DAY, "{days}");
    }
}
