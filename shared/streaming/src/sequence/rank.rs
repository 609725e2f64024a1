//! How a surprise ranks among those of the past.

use serde::{Deserialize, Serialize};

/// Bins of a quarter of a bit; what surprises more than 32 bits is in the last.
const BINS: usize = 128;
const BINS_PER_BIT: f64 = 4.0;
/// Nothing is ranked before so many surprises were seen.
const FEWEST: u32 = 200;
/// Counts are halved when there are so many, so that old habits are forgotten.
const MOST_COUNTED: u32 = 16_384;

/// Surprises of the past, by size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ranks {
    total: u32,
    /// Length [`BINS`].
    bins: Vec<u32>,
}

impl Default for Ranks {
    fn default() -> Self {
        Self { total: 0, bins: vec![0; BINS] }
    }
}

impl Ranks {
    /// Share of the past surprises that were smaller than `bits`, `0.0..1.0`; 0 before enough was seen.
    pub(super) fn rank(&self, bits: f64) -> f64 {
        if self.total < FEWEST {
            return 0.0;
        }
        let smaller: u32 = self.bins.iter().take(bin_of(bits)).sum();
        f64::from(smaller) / (f64::from(self.total) + 1.0)
    }

    pub(super) fn learn(&mut self, bits: f64) {
        if self.total >= MOST_COUNTED {
            self.bins.iter_mut().for_each(|count| *count /= 2);
            self.total = self.bins.iter().sum();
        }
        if let Some(count) = self.bins.get_mut(bin_of(bits)) {
            *count += 1;
            self.total += 1;
        }
    }

    /// Whether these are counts of surprises.
    pub(super) fn fits(&self) -> bool {
        let total = self.bins.iter().fold(0, |sum: u32, count| sum.saturating_add(*count));
        self.bins.len() == BINS && total == self.total && total <= MOST_COUNTED
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; NaN becomes 0")]
fn bin_of(bits: f64) -> usize {
    ((bits * BINS_PER_BIT).max(0.0) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ranks_before_enough_was_seen() {
        let mut ranks = Ranks::default();
        (0..FEWEST - 1).for_each(|_| ranks.learn(1.0));
        assert!(ranks.rank(30.0) < 1e-12);

        ranks.learn(1.0);

        assert!(ranks.rank(30.0) > 0.99);
    }

    #[test]
    fn equal_surprises_do_not_rank_above_each_other() {
        let mut ranks = Ranks::default();
        (0..1000).for_each(|_| ranks.learn(9.0));

        assert!(ranks.rank(9.0) < 1e-12);
    }

    #[test]
    fn old_surprises_are_forgotten() {
        let mut ranks = Ranks::default();
        (0..MOST_COUNTED).for_each(|_| ranks.learn(20.0));
        (0..10 * MOST_COUNTED).for_each(|_| ranks.learn(1.0));

        assert!(ranks.rank(10.0) > 0.99);
        assert!(ranks.fits());
    }
}
