//! How far apart the samples of a series usually are.

use serde::{Deserialize, Serialize};

/// More missing steps than this are a gap.
const MISSING: f32 = 5.0;
/// So many intervals in a row that are alike are the new step: the scrape interval was changed.
const AGREEING: u8 = 3;
/// Intervals are alike when they differ by no more than this share.
const ALIKE: f32 = 0.1;
/// Of the first intervals the longest counts: two scrapers of one target make very short ones.
const FIRST: u8 = 4;
/// How far one interval moves the step, once many were seen.
const GAIN: f32 = 0.02;
/// An interval shorter than this share of the step is too short for a rate.
const HASTY: f32 = 0.1;

/// The usual time between two samples, in seconds: a running median, which one long silence hardly moves.
///
/// Source: stochastic approximation of a quantile, Robbins and Monro, Ann. Math. Stat. 22(3), 1951.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct UsualStep {
    seconds: f32,
    /// The last interval, and how many before it were alike.
    last: f32,
    agreeing: u8,
    seen: u8,
}

impl UsualStep {
    /// The step in seconds; nothing before the first interval.
    pub(crate) fn seconds(&self) -> Option<f32> {
        (self.seen > 0).then_some(self.seconds)
    }

    /// Whether more than 5 samples are missing in an interval of so many seconds.
    pub(crate) fn is_gap(&self, interval: f64) -> bool {
        self.seen > 0 && interval > f64::from(self.seconds * (1.0 + MISSING))
    }

    /// Whether an interval is so short that a rate over it says nothing.
    pub(crate) fn is_hasty(&self, interval: f64) -> bool {
        self.seen > 0 && interval < f64::from(self.seconds * HASTY)
    }

    /// Learns an interval of so many seconds; what is not above 0 is left out.
    pub(crate) fn learn_one(&mut self, interval: f64) {
        if interval.is_nan() || interval <= 0.0 {
            return;
        }
        #[expect(clippy::cast_possible_truncation, reason = "7 digits are more than a step needs")]
        let interval = interval.min(1e12) as f32;
        self.agreeing = if is_alike(interval, self.last) { self.agreeing.saturating_add(1) } else { 1 };
        self.last = interval;
        self.seen = self.seen.saturating_add(1);
        if self.seen <= FIRST {
            self.seconds = self.seconds.max(interval);
        } else {
            let gain = 1.0 + (1.0 / f32::from(self.seen)).max(GAIN);
            self.seconds = interval.clamp(self.seconds / gain, self.seconds * gain);
        }
        if self.agreeing >= AGREEING && !is_alike(interval, self.seconds) {
            self.seconds = interval;
        }
    }
}

fn is_alike(one: f32, other: f32) -> bool {
    (one - other).abs() <= ALIKE * one.max(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(intervals: &[f64]) -> UsualStep {
        let mut step = UsualStep::default();
        for interval in intervals {
            step.learn_one(*interval);
        }
        step
    }

    #[test]
    fn five_missing_steps_are_no_gap_and_six_are() {
        let step = learned(&[15.0; 10]);

        assert!(!step.is_gap(6.0 * 15.0));
        assert!(step.is_gap(7.0 * 15.0));
    }

    #[test]
    fn one_long_silence_hardly_moves_it() {
        let mut intervals = [60.0; 100];
        intervals[50] = 86_400.0;

        let seconds = learned(&intervals).seconds().unwrap();

        assert!((seconds - 60.0).abs() < 1.5, "{seconds}");
    }

    #[test]
    fn a_changed_scrape_interval_is_adopted_after_three() {
        let mut step = learned(&[15.0; 50]);

        for _ in 0..3 {
            step.learn_one(300.0);
        }

        assert_eq!(step.seconds(), Some(300.0));
    }

    #[test]
    fn irregular_steps_give_their_median() {
        let intervals: Vec<f64> = [60.0, 300.0, 310.0, 290.0, 3_000.0, 300.0].repeat(40);

        let seconds = learned(&intervals).seconds().unwrap();

        assert!((250.0..350.0).contains(&seconds), "{seconds}");
    }

    #[test]
    fn two_scrapers_of_one_target_leave_the_step_as_it_is() {
        let intervals: Vec<f64> = [0.003, 14.997].repeat(100);

        let step = learned(&intervals);

        assert!(step.is_hasty(0.003) && !step.is_gap(14.997), "{step:?}");
    }

    #[test]
    fn what_is_no_interval_is_left_out() {
        assert_eq!(learned(&[f64::NAN, -1.0, 0.0]).seconds(), None);
        assert!(learned(&[f64::INFINITY; 5]).seconds().unwrap().is_finite());
        assert!(!UsualStep::default().is_gap(1e9));
    }
}
