//! Rank calibration: how rarely a channel was as high as now.

use super::logarithm::log10;
use serde::{Deserialize, Serialize};

/// Buckets of the histogram, four to an octave, from [`LOWEST`] on.
const BUCKETS: usize = 96;
/// Lower values share the first bucket.
const LOWEST: f32 = 0.000_976_562_5;
/// What one value adds to its bucket; more than one, so that halving forgets slowly.
const UNIT: u16 = 4;
/// Bits of a float below the two highest of its mantissa.
const SHIFT: u32 = 21;

/// A decaying histogram of the values of one channel, with the largest value of late.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tail {
    counts: [u16; BUCKETS],
    total: u32,
    record: f32,
}

/// How fast a `Tail` forgets and how it extrapolates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TailConfig {
    /// Values that are remembered: when twice as many are known, all counts are halved.
    pub memory: u32,
    /// Values that are assumed to lie above everything seen, so that little evidence gives no high score.
    pub prior: f32,
    /// Score for exceeding the record tenfold.
    pub record_weight: f32,
    /// Share of the record that is forgotten with each value.
    pub record_decay: f32,
}

/// How it is written: the counts of buckets that are not empty.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    counts: Vec<(u8, u16)>,
    record: f32,
}

impl Default for Tail {
    fn default() -> Self {
        Self { counts: [0; BUCKETS], total: 0, record: 0.0 }
    }
}

impl Tail {
    /// Decimal logarithm of how rarely a value as high as `value` came, as a positive number; learns the value.
    pub(super) fn step(&mut self, value: f32, config: &TailConfig) -> f32 {
        let score = self.score(value, config);
        self.learn(value, config);
        score
    }

    /// Decimal logarithm of how rarely a value as high as `value` came, as a positive number.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^23")]
    pub(super) fn score(&self, value: f32, config: &TailConfig) -> f32 {
        let place = bucket(value);
        let above: u32 = self.counts[place + 1..].iter().map(|count| u32::from(*count)).sum();
        let prior = config.prior * f32::from(UNIT);
        let at = f32::from(self.counts[place]);
        let share = (above as f32 + 0.5 * (at + prior)) / (self.total as f32 + prior);
        let beyond = if self.record > 0.0 && value > self.record { log10(value / self.record) } else { 0.0 };
        (config.record_weight * beyond - log10(share)).max(0.0)
    }

    fn learn(&mut self, value: f32, config: &TailConfig) {
        let count = &mut self.counts[bucket(value)];
        *count = count.saturating_add(UNIT);
        self.total += u32::from(UNIT);
        self.record = self.record.max(value) * (1.0 - config.record_decay);
        if self.total >= 2 * u32::from(UNIT) * config.memory {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.counts.iter_mut().for_each(|count| *count /= 2);
        self.total = self.counts.iter().map(|count| u32::from(*count)).sum();
    }

    pub(super) fn write(&self) -> Written {
        let places = (0_u8..).zip(self.counts);
        Written { counts: places.filter(|(_, count)| *count > 0).collect(), record: self.record }
    }

    /// Nothing when it cannot have been written by [`Tail::write`].
    pub(super) fn read(written: &Written) -> Option<Self> {
        let mut tail = Self { record: written.record, ..Self::default() };
        for (place, count) in &written.counts {
            *tail.counts.get_mut(usize::from(*place))? = *count;
        }
        tail.total = tail.counts.iter().map(|count| u32::from(*count)).sum();
        (written.record >= 0.0 && written.record.is_finite()).then_some(tail)
    }
}

/// The bucket of a value: its exponent and two bits of its mantissa.
fn bucket(value: f32) -> usize {
    let place = (value.max(LOWEST).to_bits() >> SHIFT) - (LOWEST.to_bits() >> SHIFT);
    (place as usize).min(BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: TailConfig =
        TailConfig { memory: 6000, prior: 2.0, record_weight: 2.0, record_decay: 0.000_05 };

    #[test]
    fn a_value_is_the_more_unusual_the_rarer_it_was() {
        let mut tail = Tail::default();
        for step in 0..1000_u16 {
            tail.step(f32::from(step % 10), &CONFIG);
        }

        assert!(tail.score(9.0, &CONFIG) > 0.9);
        assert!(tail.score(50.0, &CONFIG) > 3.0);
        assert!(tail.score(0.0, &CONFIG) < 0.1);
    }

    #[test]
    fn what_is_long_past_is_forgotten() {
        let mut tail = Tail::default();
        for _ in 0..100 {
            tail.step(100.0, &CONFIG);
        }
        for _ in 0..100_000 {
            tail.step(1.0, &CONFIG);
        }

        assert!(tail.score(100.0, &CONFIG) > 3.5);
    }

    #[test]
    fn every_value_has_a_bucket() {
        for value in [0.0, 1e-30, 0.001, 1.0, 1e4, 1e30, f32::INFINITY] {
            assert!(bucket(value) < BUCKETS);
        }
    }

    #[test]
    fn a_place_outside_the_histogram_is_damage() {
        assert!(Tail::read(&Written { counts: vec![(96, 1)], record: 1.0 }).is_none());
        assert!(Tail::read(&Written { counts: vec![], record: f32::NAN }).is_none());
    }
}
