//! How long it takes until something follows after a token.

use super::vocabulary::TokenId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bins of waiting times: each spans a factor of the square root of 2, the first ends at a millisecond, the last is
/// open and begins after 35 days.
const BINS: usize = 64;
/// Nothing is overdue before so many waits were seen.
const FEWEST: u32 = 8;
/// A wait is overdue when it is so many times as long as others.
const MARGIN: f64 = 2.0;
/// Counts are halved when they reach this, so that old habits are forgotten.
const MOST_COUNTED: u32 = 4096;

/// Waiting times after each token.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Waits {
    after: BTreeMap<TokenId, Waiting>,
}

/// Waiting times after one token, whatever followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Waiting {
    /// How often it was the last token of an entity. Where nothing followed, it still is, or the entity was forgotten.
    visits: u32,
    /// Waits by length; empty bins at the end are left out.
    bins: Vec<u32>,
}

impl Waits {
    /// An entity now waits after `token`.
    pub(super) fn begin(&mut self, token: TokenId) {
        let waiting = self.after.entry(token).or_default();
        if waiting.visits >= MOST_COUNTED {
            waiting.visits /= 2;
            waiting.bins.iter_mut().for_each(|count| *count /= 2);
        }
        waiting.visits += 1;
    }

    /// An entity went on `seconds` after `token`.
    pub(super) fn end(&mut self, token: TokenId, seconds: f64) {
        let waiting = self.after.entry(token).or_default();
        let bin = bin_of(seconds);
        if waiting.bins.len() <= bin {
            waiting.bins.resize(bin + 1, 0);
        }
        waiting.bins[bin] = waiting.bins[bin].saturating_add(1);
    }

    /// Share of the visits of `token` after which something followed in half of these seconds, `0.0..1.0`.
    ///
    /// An entity that waits counts as a visit that nothing followed. So tokens that end lives, and those in which most
    /// entities rest, are never overdue.
    pub(super) fn overdue(&self, token: TokenId, seconds: f64) -> f64 {
        let Some(waiting) = self.after.get(&token) else { return 0.0 };
        let followed = waiting.bins.iter().fold(0, |sum: u32, count| sum.saturating_add(*count));
        if followed < FEWEST {
            return 0.0;
        }
        let shorter = |(bin, count): (usize, &u32)| (end_of(bin) * MARGIN <= seconds).then_some(*count);
        let shorter: u32 = waiting.bins.iter().enumerate().map_while(shorter).sum();
        f64::from(shorter) / f64::from(waiting.visits.max(followed).saturating_add(1))
    }

    /// Whether the numbers of all tokens are below `known`.
    pub(super) fn fits(&self, known: usize) -> bool {
        self.after.iter().all(|(token, waiting)| {
            let counts = waiting.bins.iter().chain([&waiting.visits]);
            usize::from(*token) < known
                && waiting.bins.len() <= BINS
                && counts.into_iter().all(|it| *it <= u32::MAX / 128)
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
fn bin_of(seconds: f64) -> usize {
    let halves = (seconds.max(0.001) * 1000.0).log2() * 2.0;
    (halves.ceil().max(0.0) as usize).min(BINS - 1)
}

/// The longest wait of a bin, in seconds.
#[expect(clippy::cast_precision_loss, reason = "64 bins")]
fn end_of(bin: usize) -> f64 {
    if bin + 1 == BINS { f64::INFINITY } else { 0.001 * (bin as f64 / 2.0).exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many of 10 visits something followed, in a second.
    fn waits(followed: u32) -> Waits {
        let mut waits = Waits::default();
        for number in 0..100 {
            waits.begin(1);
            if number % 10 < followed {
                waits.end(1, 1.0);
            }
        }
        waits
    }

    #[test]
    fn a_wait_lies_in_the_bin_that_ends_after_it() {
        for seconds in [0.0, 0.001, 0.0011, 1.0, 4.9, 86_400.0] {
            let bin = bin_of(seconds);
            assert!(seconds <= end_of(bin) * (1.0 + 1e-12), "{seconds}");
            assert!(bin == 0 || end_of(bin - 1) < seconds, "{seconds}");
        }
        assert_eq!(bin_of(f64::MAX), BINS - 1);
        assert_eq!(bin_of(f64::NAN), 0);
    }

    #[test]
    fn only_what_usually_goes_on_is_overdue() {
        assert!(waits(10).overdue(1, 60.0) > 0.95);
        assert!(waits(3).overdue(1, 1e9) < 0.5);
        assert!(waits(10).overdue(2, 1e9) < 1e-12, "an unknown token");
    }

    #[test]
    fn a_wait_as_long_as_the_others_is_not_overdue() {
        assert!(waits(10).overdue(1, 1.9) < 1e-12);
    }
}
