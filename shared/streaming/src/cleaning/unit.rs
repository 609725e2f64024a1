//! Notices when a series is suddenly told in another unit.

use serde::{Deserialize, Serialize};

/// Values that stand for the past.
const USUAL: usize = 16;
/// Values that must agree before a unit counts as changed.
const FRESH: usize = 8;
/// Factors between units that are in use: decimal and binary prefixes, percent, minutes and seconds.
const FACTORS: [f64; 8] = [60.0, 100.0, 1_000.0, 1_024.0, 1e6, 1_048_576.0, 1e9, 1_073_741_824.0];
/// A jump below this factor is nothing to doubt.
const LEAST_JUMP: f64 = 20.0;
/// How exact the factor must be, as a logarithm: 3 %.
const EXACT: f32 = 0.03;
/// The same, at most, with what noise adds to it.
const LEAST_EXACT: f32 = 0.1;
/// The spread may differ by this factor: eight values do not tell it better.
const SPREAD: f32 = 3.0;
/// Of what spreads wider, as a deviation of logarithms, eight values tell no scale.
const MOST_SPREAD: f32 = 0.3;
/// A smaller relative spread is none.
const CONSTANT: f32 = 1e-4;
/// Constants have no spread that could agree, so that only prefixes of units are believed.
const LEAST_OF_CONSTANTS: f64 = 990.0;

/// A scale that changes more often than this is how the series behaves, as with a job that runs now and then.
const MOST_CHANGES: u8 = 2;
/// A value this near to the last one needs no closer look.
const NEAR: f64 = 2.0;

/// The unit of a series changed: forget what was learned, and raise no alarm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitChanged {
    /// By how much the numbers grew, such as 1000 from seconds to milliseconds; nothing when only the declared unit
    /// tells of the change.
    pub factor: Option<f64>,
}

/// Compares the last 8 values with the 16 before them, as logarithms: in these a change of unit moves the median and
/// leaves the spread as it is, which no real rise by the same factor is likely to do so exactly.
///
/// Zeros are left out, because they are the same in every unit. About 110 bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnitWatch {
    usual: [f32; USUAL],
    fresh: [f32; FRESH],
    /// How many of `usual` are filled, and which is the oldest.
    filled: u8,
    oldest: u8,
    jumped: u8,
    changes: u8,
    /// Hash of the declared unit; 0 when none was declared.
    unit: u32,
}

impl UnitWatch {
    /// Learns a cleaned value. At the eighth value on a new scale it says so.
    pub fn learn_one(&mut self, value: f64) -> Option<UnitChanged> {
        if !value.is_finite() || value == 0.0 {
            return None;
        }
        let value = log(value.abs());
        if usize::from(self.filled) < USUAL || self.is_usual(value) {
            self.jumped = 0;
            self.push(value);
            return None;
        }
        self.fresh[usize::from(self.jumped).min(FRESH - 1)] = value;
        self.jumped = self.jumped.saturating_add(1);
        if usize::from(self.jumped) < FRESH {
            return None;
        }
        let factor = self.factor().filter(|_| self.changes < MOST_CHANGES);
        self.changes += u8::from(factor.is_some());
        self.begin_anew();
        factor.map(|factor| UnitChanged { factor: Some(factor) })
    }

    /// Takes the declared unit, such as `seconds`; an empty one says nothing.
    pub fn declare(&mut self, unit: &str) -> Option<UnitChanged> {
        if unit.is_empty() {
            return None;
        }
        let hash = unit
            .bytes()
            .fold(0x811c_9dc5_u32, |it, byte| (it ^ u32::from(byte)).wrapping_mul(0x0100_0193))
            .max(1);
        let before = std::mem::replace(&mut self.unit, hash);
        if before == 0 || before == hash {
            return None;
        }
        self.filled = 0;
        self.jumped = 0;
        Some(UnitChanged { factor: None })
    }

    /// Whether the last values look like another unit, but are too few to say so. Alarms can wait as long: it takes 8
    /// samples at most.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        let fresh = &self.fresh[..usize::from(self.jumped).min(FRESH)];
        let (usual, spread) = (median(self.usual), spread(self.usual));
        !fresh.is_empty()
            && self.changes < MOST_CHANGES
            && spread <= MOST_SPREAD
            && fresh.iter().all(|it| nearest(it - usual).1 <= LEAST_EXACT + SPREAD * spread)
    }

    fn is_usual(&self, value: f32) -> bool {
        let last = self.usual[(usize::from(self.oldest) + USUAL - 1) % USUAL];
        (value - last).abs() < log(NEAR) || (value - median(self.usual)).abs() < log(LEAST_JUMP)
    }

    /// The factor between the old scale and the new one, if it is one between units.
    fn factor(&self) -> Option<f64> {
        let (old, new) = (spread(self.usual), spread(self.fresh));
        let (factor, distance) = nearest(median(self.fresh) - median(self.usual));
        let is_constant = old < CONSTANT && new < CONSTANT;
        let is_spread_alike = if is_constant {
            factor.max(1.0 / factor) > LEAST_OF_CONSTANTS
        } else {
            old.max(new) <= MOST_SPREAD && new <= SPREAD * old && old <= SPREAD * new
        };
        // Standard error of a median, twice. Source: Kendall and Stuart, The Advanced Theory of Statistics, 10.10.
        let error = 2.0 * 1.2533 * (old * old / 16.0 + new * new / 8.0).sqrt();
        (is_spread_alike && distance <= (EXACT + error).min(LEAST_EXACT)).then_some(factor)
    }

    fn push(&mut self, value: f32) {
        self.usual[usize::from(self.oldest) % USUAL] = value;
        self.oldest = (self.oldest % 16 + 1) % 16;
        self.filled = self.filled.saturating_add(1).min(16);
    }

    fn begin_anew(&mut self) {
        self.filled = 0;
        self.oldest = 0;
        self.jumped = 0;
        self.fresh.into_iter().for_each(|it| self.push(it));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "7 digits are enough for 3 %")]
fn log(value: f64) -> f32 {
    value.ln() as f32
}

/// The factor that is nearest to a difference of logarithms, and how far off it is.
fn nearest(difference: f32) -> (f64, f32) {
    FACTORS
        .into_iter()
        .flat_map(|it| [it, 1.0 / it])
        .map(|factor| (factor, (difference - log(factor)).abs()))
        .min_by(|one, other| one.1.total_cmp(&other.1))
        .unwrap_or((1.0, f32::INFINITY))
}

fn median<const N: usize>(mut values: [f32; N]) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    f32::midpoint(values[(N - 1) / 2], values[N / 2])
}

/// Median distance from the median, scaled so that it is the deviation of a normal distribution.
fn spread<const N: usize>(values: [f32; N]) -> f32 {
    let middle = median(values);
    1.4826 * median(values.map(|it| (it - middle).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A noisy level: 5 % up and down, in an order that does not repeat soon.
    fn noisy(level: f64, count: u32) -> impl Iterator<Item = f64> {
        (0..count).map(move |it| level * (1.0 + 0.05 * f64::from(it.wrapping_mul(37) % 21) / 10.0 - 0.05))
    }

    fn changes(watch: &mut UnitWatch, values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
        values.into_iter().filter_map(|it| watch.learn_one(it)).map(|it| it.factor).collect()
    }

    #[test]
    fn each_factor_between_units_is_found_in_both_directions() {
        for factor in FACTORS.into_iter().flat_map(|it| [it, 1.0 / it]) {
            let mut watch = UnitWatch::default();

            let found = changes(&mut watch, noisy(3.7, 100).chain(noisy(3.7 * factor, 20)));

            let [Some(found)] = found.as_slice() else { panic!("{factor}: {found:?}") };
            assert!((found / factor - 1.0).abs() < EXACT.into(), "{found} for {factor}");
        }
    }

    #[test]
    fn it_is_told_with_the_eighth_sample_and_doubted_before() {
        let mut watch = UnitWatch::default();
        noisy(0.25, 50).for_each(|it| assert_eq!(watch.learn_one(it), None));
        assert!(!watch.is_in_doubt());

        for value in noisy(250.0, 7) {
            assert_eq!(watch.learn_one(value), None);
            assert!(watch.is_in_doubt());
        }

        assert_eq!(watch.learn_one(250.0), Some(UnitChanged { factor: Some(1_000.0) }));
        assert!(!watch.is_in_doubt());
    }

    #[test]
    fn a_real_rise_is_no_unit() {
        for factor in [2.0, 5.0, 10.0, 30.0, 50.0, 200.0, 500.0, 0.1, 0.02] {
            let mut watch = UnitWatch::default();

            let found = changes(&mut watch, noisy(8.0, 100).chain(noisy(8.0 * factor, 100)));

            assert_eq!(found, [], "{factor}");
            assert!(!watch.is_in_doubt(), "{factor}");
        }
    }

    #[test]
    fn a_level_that_rises_without_its_spread_is_no_unit() {
        let calm = noisy(1.0, 100).map(|it| 999.0 + it);

        assert_eq!(changes(&mut UnitWatch::default(), noisy(1.0, 100).chain(calm)), []);
    }

    #[test]
    fn constants_and_zeros_have_a_unit_too() {
        let constant = |value| std::iter::repeat_n(value, 40);
        let mut watch = UnitWatch::default();

        assert_eq!(changes(&mut watch, constant(512.0).chain(constant(0.0)).chain(constant(512.0))), []);
        assert_eq!(changes(&mut watch, constant(512.0 * 1_024.0)), [Some(1_024.0)]);
        assert_eq!(changes(&mut UnitWatch::default(), constant(1.0).chain(constant(60.0))), []);
    }

    #[test]
    fn a_single_wild_value_is_forgotten() {
        let mut watch = UnitWatch::default();
        let values =
            noisy(3.0, 200).enumerate().map(|(index, it)| if index % 5 == 4 { it * 1e6 } else { it });

        assert_eq!(changes(&mut watch, values), []);
    }

    #[test]
    fn what_varies_by_factors_has_no_scale_to_change() {
        let spiky = |it: u32| 10_f64.powi(i32::from(u8::try_from(it.wrapping_mul(37) % 7).unwrap()) - 3);
        let mut watch = UnitWatch::default();

        assert_eq!(
            changes(&mut watch, (0..500).map(spiky).chain((0..500).map(|it| spiky(it) * 1_000.0))),
            []
        );
    }

    #[test]
    fn a_job_that_runs_now_and_then_stops_being_told() {
        let mut watch = UnitWatch::default();
        let days = (0..30).flat_map(|_| noisy(0.01, 60).chain(noisy(1.0, 20)));

        assert!(changes(&mut watch, days).len() <= usize::from(MOST_CHANGES));
    }

    #[test]
    fn a_declared_unit_that_changes_is_told_at_once() {
        let mut watch = UnitWatch::default();

        assert_eq!(watch.declare(""), None);
        assert_eq!(watch.declare("seconds"), None);
        assert_eq!(watch.declare(""), None);
        assert_eq!(watch.declare("seconds"), None);
        assert_eq!(watch.declare("milliseconds"), Some(UnitChanged { factor: None }));
    }

    proptest! {
        #[test]
        fn it_bears_every_number_and_goes_on_alike_after_being_saved(values in prop::collection::vec(any::<f64>(), 0..80)) {
            let mut watch = UnitWatch::default();
            for value in values {
                let mut twin: UnitWatch = serde_json::from_str(&serde_json::to_string(&watch).unwrap()).unwrap();
                prop_assert_eq!(watch.learn_one(value), twin.learn_one(value));
                prop_assert_eq!(watch.is_in_doubt(), twin.is_in_doubt());
                prop_assert_eq!(&watch, &twin);
            }
            prop_assert!(size_of::<UnitWatch>() <= 112);
        }
    }
}
