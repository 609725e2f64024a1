//! How many samples fell where.

use super::{HalfSpaceTreesConfig, packing};
use serde::{Deserialize, Serialize};

/// Masses of all trees: of the window that scores (the reference) and of the one that is being learned (the latest).
///
/// Only leaves are counted, since the mass of a node is the sum of its leaves. What a leaf adds to a score changes
/// only with the window, so it is worked out then; a sample costs one word per tree.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Masses {
    window_size: u8,
    /// Leaves of one tree.
    leaves: usize,
    /// Per leaf, tree by tree: what the terminal node above it adds to a sum (24 bits), and its latest mass (8 bits).
    words: Vec<u32>,
    /// Reference masses of the leaves, tree by tree.
    reference: Vec<u8>,
    /// Samples in the latest window, below `window_size`.
    learned: u8,
    /// Whether a window was filled.
    is_warm: bool,
}

/// Masses as they are written.
#[derive(Serialize, Deserialize)]
pub(super) struct PackedMasses {
    learned: u8,
    is_warm: bool,
    reference: Vec<u8>,
    latest: Vec<u8>,
}

/// Bits of a word that hold the latest mass.
const MASS_BITS: u32 = u8::BITS;
const MASS_MASK: u32 = u8::MAX as u32;

impl Masses {
    pub(super) fn new(config: &HalfSpaceTreesConfig) -> Self {
        let leaves = usize::from(config.trees) * config.leaves();
        Self {
            window_size: config.window_size,
            leaves: config.leaves(),
            words: vec![0; leaves],
            reference: vec![0; leaves],
            learned: 0,
            is_warm: false,
        }
    }

    pub(super) fn is_warm(&self) -> bool {
        self.is_warm
    }

    /// What a sample that falls into these leaves, one per tree, adds up to.
    pub(super) fn sum(&self, fallen: impl Iterator<Item = usize>) -> u64 {
        let trees = self.words.chunks_exact(self.leaves);
        trees.zip(fallen).map(|(words, leaf)| u64::from(words[leaf] >> MASS_BITS)).sum()
    }

    /// The same, and counts the sample. Call [`Masses::end_sample`] after it.
    #[inline]
    pub(super) fn sum_and_count(&mut self, fallen: impl Iterator<Item = usize>) -> u64 {
        let mut sum = 0;
        for (words, leaf) in self.words.chunks_exact_mut(self.leaves).zip(fallen) {
            sum += u64::from(words[leaf] >> MASS_BITS);
            // A window has at most 255 samples, so the 8 bits do not overflow before it ends.
            words[leaf] += 1;
        }
        sum
    }

    /// Ends the window when it is full, and says whether it did.
    #[inline]
    pub(super) fn end_sample(&mut self) -> bool {
        self.learned += 1;
        let is_full = self.learned == self.window_size;
        if is_full {
            self.change_over();
        }
        is_full
    }

    /// Makes the latest masses the reference, and starts a new window.
    fn change_over(&mut self) {
        for (mass, word) in self.reference.iter_mut().zip(&self.words) {
            *mass = latest(*word);
        }
        self.settle();
        self.learned = 0;
        self.is_warm = true;
    }

    /// Works out what the leaves add to a sum, and sets their latest masses to 0.
    fn settle(&mut self) {
        let trees = self.words.chunks_exact_mut(self.leaves).zip(self.reference.chunks_exact(self.leaves));
        for (words, masses) in trees {
            settle(words, masses, 0, self.window_size);
        }
    }

    /// The score of a sum: 0 when all samples of the window are in the leaves of the sample, 1 when none is near.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "sums are below 2^53")]
    pub(super) fn score(&self, sum: u64) -> f64 {
        if !self.is_warm {
            return 0.0;
        }
        let greatest = self.words.len() as u64 * u64::from(self.window_size);
        1.0 - sum as f64 / greatest as f64
    }

    pub(super) fn pack(&self) -> PackedMasses {
        let latest: Vec<u8> = self.words.iter().map(|word| latest(*word)).collect();
        PackedMasses {
            learned: self.learned,
            is_warm: self.is_warm,
            reference: packing::pack(self.reference.chunks_exact(self.leaves)),
            latest: packing::pack(latest.chunks_exact(self.leaves)),
        }
    }

    /// The masses of a forest of this shape that were packed; nothing when they are no such masses.
    pub(super) fn unpack(config: &HalfSpaceTreesConfig, packed: &PackedMasses) -> Option<Self> {
        let mut masses = Self { learned: packed.learned, is_warm: packed.is_warm, ..Self::new(config) };
        if masses.learned >= masses.window_size {
            return None;
        }
        let in_reference = if masses.is_warm { masses.window_size } else { 0 };
        let mut latest = vec![0; masses.reference.len()];
        packing::unpack(&packed.reference, masses.reference.chunks_exact_mut(masses.leaves), in_reference)?;
        packing::unpack(&packed.latest, latest.chunks_exact_mut(masses.leaves), masses.learned)?;
        masses.settle();
        for (word, mass) in masses.words.iter_mut().zip(latest) {
            *word |= u32::from(mass);
        }
        Some(masses)
    }
}

fn latest(word: u32) -> u8 {
    u8::try_from(word & MASS_MASK).unwrap_or(u8::MAX)
}

/// Gives all leaves below a node what their terminal node adds: its mass, doubled for each cut above it.
///
/// A node is terminal when it has less than a tenth of the window. Source: as for [`super::Cuts`], sections 3 and 4.
fn settle(words: &mut [u32], masses: &[u8], depth: u32, window_size: u8) {
    let mass: u32 = masses.iter().map(|mass| u32::from(*mass)).sum();
    if words.len() == 1 || mass * 10 < u32::from(window_size) {
        words.fill(mass << depth << MASS_BITS);
        return;
    }
    let half = words.len() / 2;
    let (left, right) = words.split_at_mut(half);
    settle(left, &masses[..half], depth + 1, window_size);
    settle(right, &masses[half..], depth + 1, window_size);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn config() -> HalfSpaceTreesConfig {
        HalfSpaceTreesConfig { trees: 3, depth: 5, window_size: 20, features: 1, seed: 1 }
    }

    /// The sum as the paper words it: masses of all nodes on the path, the first small one counts.
    fn plain_sum(window: &[Vec<usize>], fallen: &[usize]) -> u64 {
        let HalfSpaceTreesConfig { depth, window_size, .. } = config();
        let mut sum = 0;
        for (tree, leaf) in fallen.iter().enumerate() {
            for level in 0..=depth {
                let node = |leaf: usize| leaf >> (depth - level);
                let mass = window.iter().filter(|sample| node(sample[tree]) == node(*leaf)).count() as u64;
                if mass * 10 < window_size.into() || level == depth {
                    sum += mass << level;
                    break;
                }
            }
        }
        sum
    }

    fn learned(samples: &[Vec<usize>]) -> Masses {
        let mut masses = Masses::new(&config());
        for sample in samples {
            masses.sum_and_count(sample.iter().copied());
            masses.end_sample();
        }
        masses
    }

    /// Leaves of three trees; most samples fall into a few of them.
    fn samples() -> impl Strategy<Value = Vec<Vec<usize>>> {
        vec(vec(prop_oneof![0_usize..4, 0_usize..32], 3..=3), 0..70)
    }

    proptest! {
        #[test]
        fn sums_are_those_of_the_terminal_nodes(samples in samples(), fallen in vec(0_usize..32, 3..=3)) {
            let masses = learned(&samples);

            let sum = masses.sum(fallen.iter().copied());

            let whole = samples.len() / 20 * 20;
            let expected = if whole == 0 { 0 } else { plain_sum(&samples[whole - 20..whole], &fallen) };
            prop_assert_eq!(sum, expected);
            prop_assert!((0.0..=1.0).contains(&masses.score(sum)));
        }

        #[test]
        fn packed_masses_come_back(samples in samples()) {
            let masses = learned(&samples);

            prop_assert_eq!(Masses::unpack(&config(), &masses.pack()), Some(masses));
        }
    }

    #[test]
    fn a_window_of_the_same_scores_nothing() {
        let masses = learned(&vec![std::vec::from_elem(7, 3); 20]);

        assert!(masses.is_warm());
        assert_eq!(masses.score(masses.sum([7, 7, 7].into_iter())).to_bits(), 0.0_f64.to_bits());
        assert!(masses.score(masses.sum([30, 30, 30].into_iter())) > 0.99);
    }

    #[test]
    fn a_window_that_is_too_long_is_no_window() {
        let packed = PackedMasses { learned: 20, is_warm: false, reference: vec![], latest: vec![] };

        assert!(Masses::unpack(&config(), &packed).is_none());
    }
}
