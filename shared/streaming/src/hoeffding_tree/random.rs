//! Random numbers from a seed.

use serde::{Deserialize, Serialize};

/// A generator of random numbers whose whole state is one number.
///
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014 (`SplitMix64`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u16) -> u16 {
        let high = ((self.next() >> 32) * u64::from(end)) >> 32;
        u16::try_from(high).unwrap_or(0)
    }

    /// Fills `chosen`, which must not be longer than `end`, with different numbers below `end`. All sets are equally
    /// likely.
    ///
    /// Source: Bentley and Floyd, Programming Pearls: A Sample of Brilliance, CACM 1987.
    pub(crate) fn choose(&mut self, end: u16, chosen: &mut [u16]) {
        let first = usize::from(end).saturating_sub(chosen.len());
        for place in 0..chosen.len() {
            let last = u16::try_from(first + place).unwrap_or(u16::MAX);
            let drawn = self.below(last.saturating_add(1));
            chosen[place] = if chosen[..place].contains(&drawn) { last } else { drawn };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_numbers_differ_and_all_are_chosen_at_times() {
        let mut random = Random::new(1);
        let mut times = [0; 10];

        for _ in 0..10_000 {
            let mut chosen = [0; 4];
            random.choose(10, &mut chosen);
            for number in chosen {
                times[usize::from(number)] += 1;
            }
            chosen.sort_unstable();
            assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        }

        assert!(times.iter().all(|times| (3_800..4_200).contains(times)), "{times:?}");
    }

    #[test]
    fn all_numbers_are_chosen_when_as_many_are_wanted() {
        let mut chosen = [0; 5];

        Random::new(7).choose(5, &mut chosen);

        chosen.sort_unstable();
        assert_eq!(chosen, [0, 1, 2, 3, 4]);
    }
}
