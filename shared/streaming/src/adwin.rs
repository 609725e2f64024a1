//! Has the mean of a stream changed?

use serde::{Deserialize, Serialize};

/// Buckets of one size; one more, and the two oldest become one of the double size.
const SAME_SIZE: usize = 5;
/// Sizes of buckets. So many hold 10^15 values; what is older is forgotten.
const SIZES: usize = 48;
/// The window is searched for a change after so many values.
const CLOCK: u32 = 32;
/// Shorter windows are not searched.
const SHORTEST: u64 = 10;
/// Parts of a window with fewer values are not compared.
const SHORTEST_PART: u64 = 5;
/// Larger values count as this, so that their squares can be added up.
const LARGEST: f64 = 1e100;

/// A window over the latest values of a stream, which drops its oldest part when the mean of that part differs from the
/// mean of the rest by more than chance allows.
///
/// It keeps an exponential histogram, of some hundred numbers at most, however many values the window spans. It is made
/// for values in `0.0..=1.0`, such as 1 for an error and 0 for none. Source: Bifet and Gavaldà, Learning from
/// Time-Changing Data with Adaptive Windowing, SIAM International Conference on Data Mining 2007 (ADWIN2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adwin {
    delta: f64,
    since_search: u32,
    all: Bucket,
    /// Buckets of `2^index` values, the oldest first.
    sizes: Vec<Vec<Sum>>,
}

/// Sum of some values and of their squared distances from their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sum {
    total: f64,
    squares: f64,
}

/// A sum, and of how many values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Bucket {
    count: u64,
    sum: Sum,
}

impl Adwin {
    /// An empty window. `delta` is the probability of seeing a change where there is none; it is held within
    /// `1e-12..=0.5`, and 0.002 is usual.
    #[must_use]
    pub fn new(delta: f64) -> Self {
        let delta = if delta.is_nan() { 0.002 } else { delta.clamp(1e-12, 0.5) };
        Self { delta, since_search: 0, all: Bucket::default(), sizes: Vec::new() }
    }

    /// Learns the next value. True when the window shrank: the mean has changed. What is no number is passed over.
    pub fn learn_one(&mut self, value: f64) -> bool {
        if value.is_nan() {
            return false;
        }
        let one = Bucket { count: 1, sum: Sum { total: value.clamp(-LARGEST, LARGEST), squares: 0.0 } };
        self.all = self.all.with(one);
        self.push(one.sum);
        self.since_search += 1;
        if self.since_search < CLOCK {
            return false;
        }
        self.since_search = 0;
        self.shrink()
    }

    /// Mean of the values in the window, 0 when there are none.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.all.count == 0 { 0.0 } else { self.all.mean() }
    }

    /// Number of values in the window.
    #[must_use]
    pub fn width(&self) -> u64 {
        self.all.count
    }

    /// Whether values can have led to this window; one read from damaged bytes may be any.
    pub(crate) fn is_possible(&self) -> bool {
        let sums = || self.sizes.iter().flatten().chain([&self.all.sum]);
        let count: Option<u64> = self.sizes.iter().zip(0..).try_fold(0_u64, |count, (sums, size)| {
            let here = u64::try_from(sums.len()).ok()?.checked_mul(1_u64.checked_shl(size)?)?;
            count.checked_add(here)
        });
        (1e-12..=0.5).contains(&self.delta)
            && self.since_search < CLOCK
            && self.sizes.len() <= SIZES
            && self.sizes.iter().all(|sums| sums.len() <= SAME_SIZE)
            && count == Some(self.all.count)
            // No sum of so many of the largest values is larger.
            && sums().all(|sum| sum.total.abs() <= 1e120 && (0.0..=1e240).contains(&sum.squares))
    }

    /// Adds a bucket of one value, and merges the oldest of a size where there are too many.
    fn push(&mut self, one: Sum) {
        let mut next = Some(one);
        for size in 0..SIZES {
            let Some(sum) = next.take() else { return };
            if size == self.sizes.len() {
                self.sizes.push(Vec::with_capacity(SAME_SIZE + 1));
            }
            let sums = &mut self.sizes[size];
            sums.push(sum);
            if sums.len() > SAME_SIZE {
                let count = 1 << size;
                let older = Bucket { count, sum: sums.remove(0) };
                next = Some(older.with(Bucket { count, sum: sums.remove(0) }).sum);
            }
        }
        if next.is_some() {
            // The merged bucket found no place: the window has forgotten it.
            self.sum_up();
        }
    }

    /// Drops the oldest bucket as long as two parts of the window differ.
    fn shrink(&mut self) -> bool {
        let mut has_shrunk = false;
        while self.all.count > SHORTEST && self.has_change() {
            while self.sizes.last().is_some_and(Vec::is_empty) {
                self.sizes.pop();
            }
            if let Some(oldest) = self.sizes.last_mut() {
                oldest.remove(0);
            }
            self.sum_up();
            has_shrunk = true;
        }
        has_shrunk
    }

    /// Counts the window anew from its buckets, so that no rounding error of a dropped value stays.
    fn sum_up(&mut self) {
        self.all = self.oldest_first().fold(Bucket::default(), Bucket::with);
    }

    fn oldest_first(&self) -> impl Iterator<Item = Bucket> {
        let sizes = self.sizes.iter().enumerate().rev();
        sizes.flat_map(|(size, sums)| sums.iter().map(move |sum| Bucket { count: 1 << size, sum: *sum }))
    }

    /// Whether there is a place where the means before and after it differ by more than the bound of the paper.
    fn has_change(&self) -> bool {
        let width = real(self.all.count);
        let variance = self.all.sum.squares / width;
        let doubt = (2.0 * width.ln() / self.delta).ln();
        let mut old = (0, 0.0);
        for bucket in self.oldest_first() {
            old = (old.0 + bucket.count, old.1 + bucket.sum.total);
            let new = (self.all.count - old.0, self.all.sum.total - old.1);
            if new.0 < SHORTEST_PART {
                return false;
            }
            if old.0 < SHORTEST_PART {
                continue;
            }
            let (before, after) = (real(old.0), real(new.0));
            let inverse = 1.0 / before + 1.0 / after;
            let bound = (2.0 * inverse * variance * doubt).sqrt() + 2.0 / 3.0 * inverse * doubt;
            if (old.1 / before - new.1 / after).abs() > bound {
                return true;
            }
        }
        false
    }
}

impl Bucket {
    fn mean(self) -> f64 {
        self.sum.total / real(self.count)
    }

    /// The values of both.
    fn with(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        let count = self.count + other.count;
        let distance = self.mean() - other.mean();
        let between = real(self.count) / real(count) * real(other.count) * distance * distance;
        let total = self.sum.total + other.sum.total;
        Self { count, sum: Sum { total, squares: self.sum.squares + other.sum.squares + between } }
    }
}

#[expect(clippy::cast_precision_loss, reason = "windows are shorter than 2^52")]
fn real(count: u64) -> f64 {
    count as f64
}
