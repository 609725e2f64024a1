//! How new is the step from the last value to this one?

use super::logarithm::ln;
use serde::{Deserialize, Serialize};

/// Bins over the range of the values so far.
const BINS: u8 = 24;
/// Symbols: the bins, one below them, one above them, and two that no value has.
const SYMBOLS: usize = BINS as usize + 4;
/// What one step adds to its count.
const UNIT: u16 = 16;
/// Counts are reduced by a fifth after so many steps.
const EPOCH: u32 = 500;
/// Steps whose number counts as evidence, at most.
const MOST: u32 = 2000;

/// Counts of steps between bins of the value's range.
///
/// The code length of a step is its surprise: an order-1 model mixed with an order-0 model.
/// Source: Cleary and Witten, IEEE Trans. Commun. 32(4), 1984, on mixing contexts of different length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Novelty {
    steps: [[u16; SYMBOLS]; SYMBOLS],
    totals: [u16; SYMBOLS],
    last: u8,
    count: u32,
}

/// How it is written: the counts that are not nought.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    steps: Vec<(u16, u16)>,
    totals: Vec<u16>,
    last: u8,
    count: u32,
}

impl Default for Novelty {
    fn default() -> Self {
        Self { steps: [[0; SYMBOLS]; SYMBOLS], totals: [0; SYMBOLS], last: 2, count: 0 }
    }
}

impl Novelty {
    /// Code length of the step to `value`, in nats, where all values so far lie between `low` and `high`.
    pub(super) fn score(&self, value: f64, low: f64, high: f64) -> f32 {
        self.code_length(symbol(value, low, high))
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn code_length(&self, symbol: u8) -> f32 {
        let unit = f32::from(UNIT);
        let (from, to) = (usize::from(self.last), usize::from(symbol));
        let seen = (self.count + 1).min(MOST) as f32;
        let plain = (f32::from(self.totals[to]) / unit + 0.05) / (seen + 1.0);
        let step = (f32::from(self.steps[from][to]) / unit + 0.5 * plain)
            / (f32::from(self.totals[from]) / unit + 0.5);
        -ln((0.5 * (plain + step)).max(1e-9))
    }

    /// Learns the step to `value`.
    pub(super) fn learn(&mut self, value: f64, low: f64, high: f64) {
        let symbol = symbol(value, low, high);
        let (from, to) = (usize::from(self.last), usize::from(symbol));
        self.totals[to] = self.totals[to].saturating_add(UNIT);
        self.steps[from][to] = self.steps[from][to].saturating_add(UNIT);
        self.last = symbol;
        self.count = self.count.saturating_add(1);
        if self.count % EPOCH == EPOCH - 1 {
            self.steps
                .iter_mut()
                .flatten()
                .chain(&mut self.totals)
                .for_each(|count| *count -= count.div_ceil(5));
        }
    }

    pub(super) fn write(&self) -> Written {
        let places = (0_u16..).zip(self.steps.iter().flatten().copied());
        Written {
            steps: places.filter(|(_, count)| *count > 0).collect(),
            totals: self.totals.to_vec(),
            last: self.last,
            count: self.count,
        }
    }

    /// Nothing when it cannot have been written by [`Novelty::write`].
    pub(super) fn read(written: &Written) -> Option<Self> {
        let mut novelty = Self { last: written.last, count: written.count, ..Self::default() };
        novelty.totals = written.totals.as_slice().try_into().ok()?;
        for (place, count) in &written.steps {
            let place = usize::from(*place);
            *novelty.steps.get_mut(place / SYMBOLS)?.get_mut(place % SYMBOLS)? = *count;
        }
        (usize::from(written.last) < SYMBOLS).then_some(novelty)
    }
}

/// The symbol of a value: 1 below the range, 2 to 26 within it, 27 above it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 24")]
fn symbol(value: f64, low: f64, high: f64) -> u8 {
    let range = high - low;
    if range <= 0.0 {
        return 2;
    }
    let place = (value - low) / range * f64::from(BINS);
    if place < 0.0 {
        1
    } else if place >= f64::from(BINS + 1) {
        BINS + 3
    } else {
        place as u8 + 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_never_came_is_news() {
        let mut novelty = Novelty::default();
        for step in 0..2000_u16 {
            novelty.learn(f64::from(step % 2), 0.0, 1.0);
        }

        // The mixture gives a known symbol half of its plain share, one quarter here, even after a step that never was.
        assert!(novelty.score(0.0, 0.0, 1.0) < 0.5);
        assert!(novelty.score(1.0, 0.0, 1.0) > 1.2, "the last value was 1 too");
        assert!(novelty.score(0.5, 0.0, 1.0) > 5.0);
    }

    #[test]
    fn values_outside_the_range_have_symbols_of_their_own() {
        assert_eq!(symbol(-1.0, 0.0, 1.0), 1);
        assert_eq!(symbol(0.0, 0.0, 1.0), 2);
        assert_eq!(symbol(1.0, 0.0, 1.0), 26);
        assert_eq!(symbol(2.0, 0.0, 1.0), 27);
        assert_eq!(symbol(5.0, 5.0, 5.0), 2);
    }

    #[test]
    fn a_place_outside_the_table_is_damage() {
        let written = Written { steps: vec![(784, 1)], totals: vec![0; SYMBOLS], last: 2, count: 0 };

        assert!(Novelty::read(&written).is_none());
    }
}
