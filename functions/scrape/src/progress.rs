//! How far each target was read, and what is to be read next.

use crate::Config;
use chiron_model::Timestamp;
use chiron_prometheus::{client::Span, exposition::Condenser};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far the targets of a cluster were read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    targets: BTreeMap<String, Done>,
}

/// How far a target was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Done {
    /// Time of the last samples.
    pub until: Option<Timestamp>,
    /// The last counts of the histograms of an endpoint.
    #[serde(default)]
    pub histograms: Option<Condenser>,
}

impl Progress {
    /// What is known of a target.
    pub(crate) fn of(&self, target: &str) -> Done {
        self.targets.get(target).cloned().unwrap_or_default()
    }

    /// Notes how far a target was read.
    pub(crate) fn note(&mut self, target: &str, done: Done) {
        self.targets.insert(target.to_owned(), done);
    }

    /// Forgets targets that are no more.
    pub(crate) fn keep(&mut self, is_target: impl Fn(&str) -> bool) {
        self.targets.retain(|target, _| is_target(target));
    }
}

/// The span that Prometheus is asked for at `at`; none when there is nothing new.
///
/// Both ends are whole steps, so that whoever asks again gets samples of the same times, and spans neither overlap nor
/// leave a gap. After a jump of the clock into the past, by more than is caught up with, it begins anew.
pub(crate) fn next_span(last: Option<Timestamp>, at: Timestamp, config: &Config) -> Option<Span> {
    let newest = at.minus(config.settling).floor(config.step);
    let first = newest.minus(config.first_span).floor(config.step).plus(config.step);
    let from = match last {
        None => first,
        Some(last) if last > at.plus(config.catch_up) => first,
        Some(last) => last.max(newest.minus(config.catch_up)).floor(config.step).plus(config.step),
    };
    let until = newest.min(from.plus(config.at_once).floor(config.step));
    (from <= until).then_some(Span { from, until })
}

/// Whether an endpoint, which only knows the present, is to be read at `at`.
pub(crate) fn is_due(last: Option<Timestamp>, at: Timestamp, config: &Config) -> bool {
    last.is_none_or(|last| last < at || last > at.plus(config.catch_up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn config() -> Config {
        Config { step: Duration::from_secs(10), settling: Duration::from_secs(5), ..Config::default() }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    fn next(last: Option<i64>, now: i64) -> Option<(i64, i64)> {
        next_span(last.map(at), at(now), &config()).map(|span| (span.from.secs(), span.until.secs()))
    }

    #[test]
    fn spans_follow_each_other_without_a_gap() {
        assert_eq!(next(None, 10_007), Some((9_890, 10_000)));
        assert_eq!(next(Some(10_000), 10_067), Some((10_010, 10_060)));
        assert_eq!(next(Some(10_060), 10_068), None);
    }

    #[test]
    fn what_has_not_settled_is_left_for_the_next_time() {
        assert_eq!(next(Some(10_000), 10_013), None);
        assert_eq!(next(Some(10_000), 10_015), Some((10_010, 10_010)));
    }

    #[test]
    fn a_long_pause_is_caught_up_with_bit_by_bit_but_not_without_end() {
        let mut last = Some(10_000);
        let mut read = 0;
        while let Some((from, until)) = next(last, 30_005) {
            assert!(until - from <= 600, "{from} to {until}");
            assert!(from > 30_000 - 3_600);
            (last, read) = (Some(until), read + 1);
        }

        assert_eq!((last, read), (Some(30_000), 6));
    }

    #[test]
    fn a_clock_that_was_ahead_stops_nothing_for_long() {
        assert_eq!(next(Some(10_100), 10_005), None);
        assert_eq!(next(Some(90_000), 10_005), Some((9_890, 10_000)));
        assert!(next_span(Some(Timestamp::MAX), at(10_005), &config()).is_some());
    }

    #[test]
    fn an_endpoint_is_read_once_a_time() {
        let due = |last: i64, now: i64| is_due(Some(at(last)), at(now), &config());

        assert!(is_due(None, at(5), &config()));
        assert!(due(5, 6) && !due(6, 6) && !due(7, 6) && due(90_000, 6));
    }
}
