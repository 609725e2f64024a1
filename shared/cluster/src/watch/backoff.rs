//! Pauses after failures.

use std::time::Duration;

/// Pauses that double, with a jitter that begins at a seed, so that many watches do not come back at once.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    first: Duration,
    limit: Duration,
    failures: u32,
    state: u64,
}

impl Backoff {
    pub(super) fn new(first: Duration, limit: Duration, seed: u64) -> Self {
        Self { first, limit, failures: 0, state: seed }
    }

    /// Something worked: the next pause is short again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The next pause: never shorter than what the server asked for.
    pub(super) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let doubled = self.first.saturating_mul(1 << self.failures.min(16)).min(self.limit);
        self.failures = self.failures.saturating_add(1);
        match asked {
            Some(asked) => asked + self.share(self.first),
            None => doubled / 2 + self.share(doubled / 2),
        }
    }

    /// A random part of `span`.
    pub(super) fn share(&mut self, span: Duration) -> Duration {
        let thousandths = u32::try_from(self.random() % 1000).unwrap_or_default();
        span.saturating_mul(thousandths) / 1000
    }

    /// `SplitMix64`. Source: Steele, Lea and Flood, OOPSLA 2014.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_grow_to_their_limit_and_start_anew() {
        let mut backoff = Backoff::new(SECOND, 8 * SECOND, 7);

        let pauses: Vec<Duration> = (0..40).map(|_| backoff.next(None)).collect();
        backoff.reset();

        assert!(pauses[0] <= SECOND && pauses[5] >= 4 * SECOND, "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= 8 * SECOND), "{pauses:?}");
        assert!(backoff.next(None) <= SECOND);
    }

    #[test]
    fn what_the_server_asks_for_is_kept() {
        let mut backoff = Backoff::new(SECOND, 8 * SECOND, 7);

        let pause = backoff.next(Some(60 * SECOND));

        assert!(pause >= 60 * SECOND && pause < 62 * SECOND, "{pause:?}");
    }
}
