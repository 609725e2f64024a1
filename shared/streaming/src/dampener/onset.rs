//! How many of the last samples were over.

use chiron_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Most samples that can be looked back at: one bit each.
const MOST: u8 = 32;

/// So many of the last samples must be over before an anomaly begins, such as 3 of 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
pub struct Onset {
    over: u8,
    of: u8,
}

/// An onset cannot be counted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("onset must be k of n with 1 <= k <= n <= 32, got {over} of {of}")]
pub struct OnsetOutOfRange {
    over: u8,
    of: u8,
}

impl Onset {
    /// One sample is enough.
    pub const AT_ONCE: Self = Self { over: 1, of: 1 };

    /// `over` of the last `of` samples, `1 <= over <= of <= 32`.
    ///
    /// # Errors
    /// When they are not in this range.
    pub const fn new(over: u8, of: u8) -> Result<Self, OnsetOutOfRange> {
        if over >= 1 && over <= of && of <= MOST {
            Ok(Self { over, of })
        } else {
            Err(OnsetOutOfRange { over, of })
        }
    }

    /// The nearest onset that can be counted, for tables in code.
    pub(crate) const fn nearest(over: u8, of: u8) -> Self {
        let of = if of < 1 {
            1
        } else if of > MOST {
            MOST
        } else {
            of
        };
        let over = if over < 1 {
            1
        } else if over > of {
            of
        } else {
            over
        };
        Self { over, of }
    }
}

impl TryFrom<(u8, u8)> for Onset {
    type Error = OnsetOutOfRange;

    fn try_from((over, of): (u8, u8)) -> Result<Self, OnsetOutOfRange> {
        Self::new(over, of)
    }
}

impl From<Onset> for (u8, u8) {
    fn from(onset: Onset) -> Self {
        (onset.over, onset.of)
    }
}

/// The last samples, one bit each, and the times of those that were over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Window {
    /// The newest is the lowest bit.
    bits: u32,
    /// Nanoseconds since the epoch, the oldest first, one for each bit that is set.
    times: Vec<i64>,
}

impl Window {
    /// Counts a sample. The time of the first that was over, once there are enough.
    pub(super) fn count(&mut self, at: Timestamp, is_over: bool, onset: Onset) -> Option<Timestamp> {
        let oldest = 1_u32 << (onset.of - 1);
        if self.bits & oldest != 0 && !self.times.is_empty() {
            self.times.remove(0);
        }
        let kept = (oldest - 1) | oldest;
        self.bits = (self.bits << 1 | u32::from(is_over)) & kept;
        if is_over {
            self.times.push(at.nanos());
            self.times.truncate(usize::from(MOST));
        }
        let is_enough = self.bits.count_ones() >= u32::from(onset.over);
        is_enough.then(|| self.times.first().map_or(at, |it| Timestamp::from_nanos(*it)))
    }

    /// Forgets all samples.
    pub(super) fn clear(&mut self) {
        self.bits = 0;
        self.times.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_onset_of_nothing_or_of_more_than_32_is_refused() {
        for (over, of) in [(0, 3), (4, 3), (1, 33), (0, 0)] {
            assert_eq!(Onset::new(over, of), Err(OnsetOutOfRange { over, of }));
            let (over, of) = Onset::nearest(over, of).into();
            assert!(Onset::new(over, of).is_ok());
        }
        assert!(serde_json::from_str::<Onset>("[0,3]").is_err());
        assert!(Onset::new(32, 32).is_ok());
    }

    proptest! {
        #[test]
        fn it_counts_what_a_list_of_all_samples_counts(
            samples in prop::collection::vec(any::<bool>(), 1..120), (over, of) in (1_u8..=32).prop_flat_map(|of| (1..=of, Just(of)))
        ) {
            let onset = Onset::new(over, of).unwrap();
            let mut window = Window::default();
            let mut seen: Vec<(i64, bool)> = Vec::new();
            for (second, is_over) in (0..).zip(samples) {
                let found = window.count(Timestamp::from_secs(second), is_over, onset);

                seen.push((second, is_over));
                let last = &seen[seen.len().saturating_sub(usize::from(of))..];
                let overs: Vec<i64> = last.iter().filter(|it| it.1).map(|it| it.0).collect();
                let expected = (overs.len() >= usize::from(over)).then(|| Timestamp::from_secs(overs[0]));
                prop_assert_eq!(found, expected);
            }
        }
    }
}
