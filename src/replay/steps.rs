//! Cuts the work of a replay into steps of the watermark.

use chiron_model::Timestamp;
use std::{collections::BTreeMap, time::Duration};

/// Observations that are worked through at once.
const AT_ONCE: u64 = 20_000;
/// With metrics, a step is no longer than this: what happens in both at the same time must meet.
const WITH_METRICS: Duration = Duration::from_mins(5);

/// A step of the watermark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Everything before that minute is sealed.
    Until(Timestamp),
    /// Everything is sealed.
    End,
}

/// Steps that each seal not many more than [`AT_ONCE`] observations.
pub(super) fn steps(minutes: &BTreeMap<Timestamp, u64>, has_metrics: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut count = 0;
    let mut start = minutes.keys().next().copied().unwrap_or_default();
    for (minute, events) in minutes {
        let is_long = has_metrics && *minute >= start.plus(WITH_METRICS);
        if count >= AT_ONCE || is_long {
            steps.push(Step::Until(*minute));
            count = 0;
            start = *minute;
        }
        count += events;
    }
    steps.push(Step::End);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_recording_is_worked_through_in_steps() {
        let minutes = (0..10).map(|n| (Timestamp::from_secs(n * 60), 15_000)).collect();

        let found = steps(&minutes, false);

        assert_eq!(found.len(), 5);
        assert_eq!(found.last(), Some(&Step::End));
    }

    #[test]
    fn with_metrics_steps_are_short() {
        let minutes = (0..12).map(|n| (Timestamp::from_secs(n * 60), 1)).collect();

        let found = steps(&minutes, true);

        let at = |minute: i64| Step::Until(Timestamp::from_secs(minute * 60));
        assert_eq!(found, [at(5), at(10), Step::End]);
    }
}
