//! How many rows a second a detector takes, on one thread.

use super::Scorer;
use chiron_model::Timestamp;
use std::time::{Duration, Instant};

/// Rounds; the best counts, since everything else that runs on a machine only slows it down.
const ROUNDS: usize = 5;
/// Rows of a day at five minutes.
const DAY: f64 = 288.0;

/// A stream that looks like a metric: a daily rhythm with noise. The same for equal seeds. Its generator is the
/// `splitmix64` of Steele, Lea and Flood, OOPSLA 2014.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
    row: u32,
}

impl Stream {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed, row: 0 }
    }

    /// A number in `0.0..1.0`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    pub fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Iterator for Stream {
    type Item = (Timestamp, f64);

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.row;
        self.row = row.wrapping_add(1);
        let noise = self.uniform() + self.uniform() + self.uniform();
        let value = 50.0 + 20.0 * (f64::from(row) / DAY * std::f64::consts::TAU).sin() + 5.0 * noise;
        Some((Timestamp::from_secs(1_700_000_000 + 300 * i64::from(row)), value))
    }
}

/// Rows a second of a detector of one series: score and learn, the best of five rounds over the same `rows`.
#[must_use]
pub fn rows_per_second(make: &dyn Fn() -> Box<dyn Scorer>, rows: usize) -> f64 {
    let data: Vec<_> = Stream::new(1).take(rows).collect();
    best_of(rows, || {
        let mut scorer = make();
        data.iter().map(|(at, value)| scorer.score(*at, *value)).sum()
    })
}

/// Rows a second of what `run` does with `rows` rows, the best of five rounds. What it returns is not optimised away.
#[expect(clippy::cast_precision_loss, reason = "a speed")]
pub fn best_of(rows: usize, mut run: impl FnMut() -> f64) -> f64 {
    let times = (0..ROUNDS).map(|_| timed(&mut run).1.as_secs_f64());
    rows as f64 / times.fold(f64::INFINITY, f64::min).max(1e-9)
}

/// What `run` returns, and how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "it measures how fast the machine is; nothing is decided by it"
)]
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = std::hint::black_box(run());
    (done, start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_streams_within_their_range() {
        let rows: Vec<_> = Stream::new(7).take(1_000).collect();

        assert!(Stream::new(7).take(1_000).eq(rows.iter().copied()));
        assert!(rows.iter().all(|(_, value)| (30.0..=85.0).contains(value)));
    }
}
