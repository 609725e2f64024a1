//! Cuts the work of a replay into steps of the watermark.

use chiron_model::Timestamp;
use std::collections::BTreeMap;

/// Observations that are worked through at once.
const AT_ONCE: u64 = 20_000;

/// A step of the watermark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Everything before that minute is sealed.
    Until(Timestamp),
    /// Everything is sealed.
    End,
}

/// Steps that each seal not many more than [`AT_ONCE`] observations.
pub(super) fn steps(minutes: &BTreeMap<Timestamp, u64>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut count = 0;
    for (minute, events) in minutes {
        if count >= AT_ONCE {
            steps.push(Step::Until(*minute));
            count = 0;
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

        let found = steps(&minutes);

        assert_eq!(found.len(), 5);
        assert_eq!(found.last(), Some(&Step::End));
    }
}
