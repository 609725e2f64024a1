//! Rates of events: how many come in ten seconds, and how many are too many.

use chiron_model::{Score, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Events are counted in buckets of this length.
const BUCKET: Duration = Duration::from_secs(10);
/// Nothing is said before so many buckets were seen.
const WARM_UP: u32 = 6;
/// Weight of the past when a new bucket is learned: half is forgotten after about 5 minutes.
const MEMORY: f64 = 0.977;
/// Fewer events in a bucket are never a burst.
const LEAST: u64 = 8;
/// Means above this are computed by the normal distribution.
const MANY: f64 = 500.0;
/// A burst is over after so many ordinary buckets.
const RELEASE: u32 = 3;

/// Counts of one series, and what is known of its rate.
///
/// The rate has a Gamma prior that forgets; a count is scored by how much of the predictive distribution (negative
/// binomial) lies below it. Source: Gelman et al., Bayesian Data Analysis, section 2.6.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRate {
    /// Shape of the prior: events seen, discounted.
    shape: f64,
    /// Rate of the prior: buckets seen, discounted.
    buckets: f64,
    learned: u32,
    /// Start of the bucket that is being filled.
    current: Option<Timestamp>,
    count: u64,
    /// Start of the burst that goes on, if one does.
    burst: Option<Timestamp>,
    quiet: u32,
}

/// What a finished bucket gave away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Burst {
    /// More events came than the past explains.
    Began {
        /// Start of the bucket.
        at: Timestamp,
        /// Events in the bucket.
        count: u64,
        /// Events that were expected.
        expected: f64,
        /// How unusual the count is.
        score: Score,
    },
    /// The rate is ordinary again.
    Ended {
        /// Start of the burst.
        began: Timestamp,
        /// End of the last bucket.
        at: Timestamp,
    },
}

impl Default for EventRate {
    fn default() -> Self {
        Self { shape: 0.5, buckets: 1.0, learned: 0, current: None, count: 0, burst: None, quiet: 0 }
    }
}

impl EventRate {
    /// Score from which on a count is a burst.
    pub const THRESHOLD: f64 = 0.999;

    /// Counts `events` at `at`; first finishes the buckets before it. Events before the current bucket count into it.
    pub fn learn_one(&mut self, at: Timestamp, events: u64) -> Vec<Burst> {
        let found = self.advance(at);
        self.count = self.count.saturating_add(events);
        found
    }

    /// Finishes the buckets before `at`.
    pub fn advance(&mut self, at: Timestamp) -> Vec<Burst> {
        let bucket = at.floor(BUCKET);
        let mut found = Vec::new();
        while let Some(current) = self.current.filter(|current| *current < bucket) {
            found.extend(self.finish(current));
            // A long silence is learned at once, not bucket by bucket.
            let next = current.plus(BUCKET);
            let is_idle = self.count == 0 && self.burst.is_none();
            self.current = Some(if is_idle { self.skip(next, bucket) } else { next });
        }
        if self.current.is_none() {
            self.current = Some(bucket);
        }
        found
    }

    /// How unusual `count` events in a bucket would be.
    #[must_use]
    pub fn score_one(&self, count: u64) -> Score {
        Score::clamped(below(count, self.shape, self.buckets))
    }

    /// Scores the bucket, then learns it.
    fn finish(&mut self, current: Timestamp) -> Option<Burst> {
        let count = std::mem::take(&mut self.count);
        let expected = self.shape / self.buckets;
        let score = below(count, self.shape, self.buckets);
        let is_burst = self.learned >= WARM_UP && count >= LEAST && score >= Self::THRESHOLD;
        self.learn(count);
        match (is_burst, self.burst) {
            (true, None) => {
                self.burst = Some(current);
                self.quiet = 0;
                Some(Burst::Began { at: current, count, expected, score: Score::clamped(score) })
            }
            (true, Some(_)) => {
                self.quiet = 0;
                None
            }
            (false, Some(began)) => {
                self.quiet += 1;
                (self.quiet >= RELEASE).then(|| {
                    self.burst = None;
                    Burst::Ended { began, at: current.plus(BUCKET) }
                })
            }
            (false, None) => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn learn(&mut self, count: u64) {
        self.shape = (self.shape * MEMORY + count as f64).max(0.05);
        self.buckets = self.buckets * MEMORY + 1.0;
        self.learned = self.learned.saturating_add(1);
    }

    /// Learns the empty buckets from `next` up to `bucket` at once.
    fn skip(&mut self, next: Timestamp, bucket: Timestamp) -> Timestamp {
        let empty = (bucket.seconds_since(next) / BUCKET.as_secs_f64()).max(0.0).floor();
        if empty > 0.0 {
            let kept = MEMORY.powf(empty);
            self.shape = (self.shape * kept).max(0.05);
            self.buckets = self.buckets * kept + (1.0 - kept) / (1.0 - MEMORY);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let learned = empty.min(1e6) as u32;
            self.learned = self.learned.saturating_add(learned);
        }
        bucket.max(next)
    }
}

/// Share of the negative binomial distribution (`shape`, success `buckets / (buckets + 1)`) that lies below `count`.
fn below(count: u64, shape: f64, buckets: f64) -> f64 {
    /// Beyond this every count is as unusual as any.
    const MOST: u64 = 10_000;
    let mean = shape / buckets;
    if mean > MANY {
        return below_many(count, mean, buckets);
    }
    let success = buckets / (buckets + 1.0);
    let mut probability = success.powf(shape);
    let mut total = 0.0;
    let mut number = 0.0;
    for _ in 0..count.min(MOST) {
        total += probability;
        probability *= (shape + number) / (number + 1.0) * (1.0 - success);
        number += 1.0;
    }
    total.min(1.0)
}

/// The same for large means, where the distribution is nearly normal and its single terms are too small for a float.
///
/// Source of the normal distribution function: Bowling et al., J. Ind. Eng. Manag. 2(1), 2009, error below 0.00014.
#[expect(clippy::cast_precision_loss, reason = "an approximation")]
fn below_many(count: u64, mean: f64, buckets: f64) -> f64 {
    let deviation = (mean * (1.0 + 1.0 / buckets)).sqrt();
    let z = ((count as f64 - 0.5 - mean) / deviation).clamp(-30.0, 30.0);
    1.0 / (1.0 + (-1.5976 * z - 0.07056 * z.powi(3)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn feed(rate: &mut EventRate, counts: &[u64]) -> Vec<Burst> {
        let mut found = Vec::new();
        let mut second = 0;
        for count in counts {
            found.extend(rate.learn_one(Timestamp::from_secs(second), *count));
            second += 10;
        }
        found.extend(rate.advance(Timestamp::from_secs(second)));
        found
    }

    #[test]
    fn a_burst_begins_and_ends() {
        let counts = [1, 0, 2, 1, 0, 1, 0, 1, 40, 30, 1, 0, 0, 1];

        let found = feed(&mut EventRate::default(), &counts);

        assert!(matches!(found[0], Burst::Began { count: 40, .. }), "{found:?}");
        assert!(matches!(found[1], Burst::Ended { .. }), "{found:?}");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn says_nothing_while_warming_up() {
        assert!(feed(&mut EventRate::default(), &[0, 0, 500, 0]).is_empty());
    }

    #[test]
    fn a_steady_rate_is_no_burst_however_high() {
        assert!(feed(&mut EventRate::default(), &[100; 200]).is_empty());
    }

    #[test]
    fn a_long_silence_costs_no_time() {
        let mut rate = EventRate::default();
        feed(&mut rate, &[1; 20]);

        assert!(rate.learn_one(Timestamp::from_secs(1_000_000_000), 1).is_empty());
    }

    proptest! {
        #[test]
        fn scores_stay_between_0_and_1_whatever_comes(
            steps in prop::collection::vec((-1000_i64..100_000, 0_u64..1_000_000), 0..60)
        ) {
            let mut rate = EventRate::default();
            let mut twin = EventRate::default();
            for (at, count) in steps {
                let found = rate.learn_one(Timestamp::from_secs(at), count);
                prop_assert_eq!(&found, &twin.learn_one(Timestamp::from_secs(at), count));
                let score = rate.score_one(count).value();
                prop_assert!((0.0..=1.0).contains(&score));
            }
        }
    }
}
