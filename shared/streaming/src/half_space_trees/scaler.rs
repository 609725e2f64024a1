//! Brings features of any unit to one scale, which follows them.

use serde::{Deserialize, Serialize};

/// The greatest scaled value. One less than the type holds, so that a cut can lie above it.
pub(super) const TOP: u16 = u16::MAX - 1;
/// Share of the scale on each side of the range of a feature, for what lies beyond it. Without it a single feature far
/// off is seen less often; with more, cuts among ordinary samples are lost.
const MARGIN: f32 = 0.1;

/// Scaled value of a feature of which nothing is known.
const CENTRE: u16 = TOP / 2;
/// Larger numbers are taken for this one, so that no difference overflows.
const LARGEST: f32 = 1e30;
/// Least width of a range as a share of its middle: smaller changes are not worth a cut.
const LEAST_SHARE: f32 = 1.0 / 512.0;
/// Least width of a range around zero.
const LEAST_WIDTH: f32 = 1e-6;
/// Share of the width by which one sample can move the middle.
const PULL: f32 = 1.0 / 64.0;
/// Share of the way to the ends of a window by which the ends of a range move when it is over. Chosen on synthetic
/// streams: with a half or an eighth scores rank no better.
const SHRINKAGE: f32 = 1.0 / 4.0;

/// Running ranges of features, each brought to the middle of `0..=TOP`.
///
/// A range follows its feature: it grows by at most its own width with one sample, so that a single absurd value does
/// not press all others together, and shrinks slowly to what recent windows held. A missing value (NaN) is taken for
/// the middle and teaches nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FeatureScaler {
    ranges: Vec<Range>,
}

/// What is known of one feature.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(Extent, f32, Extent)", into = "(Extent, f32, Extent)")]
struct Range {
    ends: Extent,
    /// About the median; not a number until a first value came.
    middle: f32,
    /// What was seen since the window began.
    window: Extent,
    /// Scale by width, kept because divisions are dear.
    factor: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Extent {
    low: f32,
    high: f32,
}

impl FeatureScaler {
    /// Knows nothing of so many features.
    pub(super) fn new(features: u16) -> Self {
        Self { ranges: vec![Range::UNKNOWN; features.into()] }
    }

    /// Whether it is of so many features, and samples can have led to each range.
    pub(super) fn is_possible(&self, features: u16) -> bool {
        self.ranges.len() == usize::from(features) && self.ranges.iter().all(Range::is_possible)
    }

    /// Writes the scaled features to `scaled`. What a sample lacks is missing; what it has too much is ignored.
    pub(super) fn scale(&self, sample: &[f32], scaled: &mut [u16]) {
        let values = sample.iter().copied().chain(std::iter::repeat(f32::NAN));
        for ((range, scaled), value) in self.ranges.iter().zip(scaled).zip(values) {
            *scaled = range.scale(value);
        }
    }

    /// The scaled middles of all features.
    pub(super) fn middles(&self) -> Vec<u16> {
        self.ranges.iter().map(|range| range.scale(f32::NAN)).collect()
    }

    /// Lets the ranges follow a sample.
    pub(super) fn learn(&mut self, sample: &[f32]) {
        for (range, value) in self.ranges.iter_mut().zip(sample) {
            range.learn(*value);
        }
    }

    /// Ends a window: forgets a little of what lies beyond it. Within a window no range shrinks.
    pub(super) fn shrink(&mut self) {
        for range in &mut self.ranges {
            range.shrink();
        }
    }
}

impl Range {
    const UNKNOWN: Self =
        Self { ends: Extent { low: 0.0, high: 1.0 }, middle: f32::NAN, window: Extent::EMPTY, factor: 1.0 };

    fn is_possible(&self) -> bool {
        let Extent { low, high } = self.ends;
        let is_known = low < high && low <= self.middle && self.middle <= high;
        (is_known || self.middle.is_nan()) && low.abs().max(high.abs()) <= 2.0 * LARGEST
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "meant: what lies below is 0"
    )]
    fn scale(&self, value: f32) -> u16 {
        if self.middle.is_nan() {
            return CENTRE;
        }
        let value = if value.is_nan() { self.middle } else { value };
        ((MARGIN * f32::from(TOP) + (value - self.ends.low) * self.factor) as u16).min(TOP)
    }

    #[inline]
    fn learn(&mut self, value: f32) {
        if value.is_nan() {
            return;
        }
        let value = value.clamp(-LARGEST, LARGEST);
        self.window = Extent { low: self.window.low.min(value), high: self.window.high.max(value) };
        if self.middle.is_nan() {
            self.middle = value;
            self.stretch(Extent { low: value, high: value });
            return;
        }
        let Extent { low, high } = self.ends;
        let width = high - low;
        self.middle += (value - self.middle).clamp(-width * PULL, width * PULL);
        if value < low {
            self.stretch(Extent { low: value.max(low - width), high });
        } else if value > high {
            self.stretch(Extent { low, high: value.min(high + width) });
        } else {
            // Rounding can carry the middle past an end that it was drawn to.
            self.middle = self.middle.clamp(low, high);
        }
    }

    /// Takes these ends, farther apart if need be.
    fn stretch(&mut self, Extent { low, high }: Extent) {
        let least = (self.middle.abs() * LEAST_SHARE).max(LEAST_WIDTH) / 2.0;
        self.ends = Extent { low: low.min(self.middle - least), high: high.max(self.middle + least) };
        self.factor = self.ends.factor();
    }

    /// Ends the window.
    fn shrink(&mut self) {
        let seen = std::mem::replace(&mut self.window, Extent::EMPTY);
        if seen.low > seen.high {
            return;
        }
        let Extent { low, high } = self.ends;
        self.stretch(Extent {
            low: low + (seen.low - low).max(0.0) * SHRINKAGE,
            high: high - (high - seen.high).max(0.0) * SHRINKAGE,
        });
    }
}

impl Extent {
    /// Of no value.
    const EMPTY: Self = Self { low: f32::INFINITY, high: f32::NEG_INFINITY };

    fn factor(self) -> f32 {
        (1.0 - 2.0 * MARGIN) * f32::from(TOP) / (self.high - self.low)
    }
}

impl From<(Extent, f32, Extent)> for Range {
    fn from((ends, middle, window): (Extent, f32, Extent)) -> Self {
        Self { ends, middle, window, factor: ends.factor() }
    }
}

impl From<Range> for (Extent, f32, Extent) {
    fn from(range: Range) -> Self {
        (range.ends, range.middle, range.window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    /// The scaled `value`, after these were learned.
    fn scaled(learned: &[f32], value: f32) -> u16 {
        let mut scaler = FeatureScaler::new(1);
        for value in learned {
            scaler.learn(&[*value]);
        }
        let mut scaled = [0];
        scaler.scale(&[value], &mut scaled);
        scaled[0]
    }

    #[test]
    fn the_range_that_was_seen_fills_the_scale_between_the_margins() {
        let seen = [100.0, 110.0, 104.0].repeat(10);

        let places = [100.0, 105.0, 110.0].map(|value| scaled(&seen, value));

        let share = f32::from(TOP) / 100.0;
        for (place, percent) in places.into_iter().zip([10.0, 50.0, 90.0]) {
            assert!((f32::from(place) / share - percent).abs() < 3.0, "{places:?}");
        }
    }

    #[test]
    fn what_lies_beyond_the_range_is_told_apart_from_its_ends() {
        let seen = [100.0, 110.0, 104.0].repeat(10);

        assert_eq!(scaled(&seen, 200.0), TOP);
        assert_eq!(scaled(&seen, f32::NEG_INFINITY), 0);
    }

    #[test]
    fn a_constant_lies_in_the_middle_and_any_change_at_an_end() {
        let seen = [7.0; 100];

        assert!(scaled(&seen, 7.0).abs_diff(CENTRE) < 10);
        assert_eq!(scaled(&seen, 7.1), TOP);
        assert_eq!(scaled(&seen, 6.9), 0);
    }

    #[test]
    fn a_missing_value_lies_in_the_middle_and_teaches_nothing() {
        let mut scaler = FeatureScaler::new(2);
        scaler.learn(&[1.0, 5.0]);
        let before = scaler.clone();

        scaler.learn(&[f32::NAN]);
        let mut missing = [0; 2];
        scaler.scale(&[f32::NAN], &mut missing);

        assert_eq!(scaler, before);
        assert_eq!(missing.to_vec(), scaler.middles());
        assert_eq!(scaled(&[], f32::NAN), CENTRE);
    }

    #[test]
    fn one_absurd_value_does_not_press_the_others_together() {
        let mut seen: Vec<f32> = [0.0, 1.0].repeat(50);
        seen.push(1e30);

        assert!(scaled(&seen, 1.0) - scaled(&seen, 0.0) > TOP / 4);
    }

    #[test]
    fn a_new_level_fills_the_scale_after_some_windows() {
        let mut scaler = FeatureScaler::new(1);
        let mut learn_windows = |level: f32, windows: u8| {
            for _ in 0..windows {
                for value in [level, level + 1.0].repeat(125) {
                    scaler.learn(&[value]);
                }
                scaler.shrink();
            }
        };
        learn_windows(0.0, 4);
        learn_windows(50.0, 30);

        let mut ends = [0; 2];
        scaler.scale(&[50.0], &mut ends[..1]);
        scaler.scale(&[51.0], &mut ends[1..]);
        assert!(ends[0] < TOP / 5 && ends[1] > TOP / 5 * 4, "{ends:?}");
    }

    #[test]
    fn a_range_whose_middle_reaches_its_end_is_possible() {
        let mut scaler = FeatureScaler::new(1);
        (0..500).for_each(|number| scaler.learn(&[if number == 0 { 0.0 } else { 1e26 }]));
        assert!(scaler.is_possible(1), "{scaler:?}");
    }

    proptest! {
        #[test]
        fn ranges_stay_ranges_whatever_comes(values in vec(any::<f32>(), 0..60), shrinks in 1_usize..20) {
            let mut scaler = FeatureScaler::new(1);
            for (number, value) in values.into_iter().enumerate() {
                scaler.learn(&[value]);
                if number % shrinks == 0 {
                    scaler.shrink();
                }
                prop_assert!(scaler.is_possible(1), "{scaler:?}");
            }
        }

        #[test]
        fn greater_values_are_never_lower_on_the_scale(values in vec(-1e6_f32..1e6, 1..40), a: f32, b: f32) {
            let (lower, higher) = if a < b { (a, b) } else { (b, a) };
            prop_assume!(!lower.is_nan() && !higher.is_nan());

            prop_assert!(scaled(&values, lower) <= scaled(&values, higher));
        }
    }
}
