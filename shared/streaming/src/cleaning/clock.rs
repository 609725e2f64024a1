//! The time of a series, as its samples tell it.

use super::{UsualStep, Why};
use chiron_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A sample further ahead than this, beyond the usual step, is held back until a second one confirms it.
const FAR_AHEAD: f64 = 86_400.0;
/// A sample further back than this may mean that the clock was set back.
const FAR_BACK: f64 = 3_600.0;
/// So many samples in order make a new time, whatever lies between them.
const CONFIRMING: i8 = 3;

/// When the last sample was taken, how far apart they are, and a time that is in doubt.
///
/// Times are nanoseconds since the epoch, because a text of each would double a saved state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SeriesClock {
    /// [`Timestamp::MIN`] before the first sample.
    last: i64,
    /// The latest time that is too far off to be believed.
    doubtful: i64,
    step: UsualStep,
    /// How many in order were that far off: positive when they are ahead, negative when they are behind.
    doubts: i8,
}

impl Default for SeriesClock {
    fn default() -> Self {
        let never = Timestamp::MIN.nanos();
        Self { last: never, doubtful: never, step: UsualStep::default(), doubts: 0 }
    }
}

impl SeriesClock {
    pub(super) fn step(&self) -> UsualStep {
        self.step
    }

    /// Moves on to `at`. Says how long the silence before was, if samples are missing or the clock was set.
    pub(super) fn take(&mut self, at: Timestamp) -> Result<Option<Duration>, Why> {
        if self.last == Timestamp::MIN.nanos() {
            self.last = at.nanos();
            return Ok(None);
        }
        let ahead = at.seconds_since(Timestamp::from_nanos(self.last));
        if ahead < -FAR_BACK {
            self.take_back(at)
        } else if ahead < 0.0 {
            Err(Why::OutOfOrder)
        } else if at.nanos() == self.last {
            Err(Why::Duplicate)
        } else if ahead > self.limit() {
            self.take_ahead(at)
        } else {
            let gap = self.step.is_gap(ahead).then(|| self.distance(at));
            self.step.learn_one(ahead);
            self.settle(at);
            Ok(gap)
        }
    }

    /// The furthest that a believable sample is ahead, in seconds.
    fn limit(&self) -> f64 {
        FAR_AHEAD + f64::from(self.step.seconds().unwrap_or_default())
    }

    fn take_ahead(&mut self, at: Timestamp) -> Result<Option<Duration>, Why> {
        let follows = self.doubts > 0 && at.nanos() > self.doubtful;
        let since = at.seconds_since(Timestamp::from_nanos(self.doubtful));
        let is_near = self.step.seconds().is_none() || since <= self.limit();
        if follows && (is_near || self.doubts.saturating_add(1) >= CONFIRMING) {
            return Ok(Some(self.set(at, since)));
        }
        if follows {
            // Or a series of one sample a week would be doubted each time.
            self.step.learn_one(since);
        }
        self.doubts = if follows { self.doubts.saturating_add(1) } else { 1 };
        self.doubtful = at.nanos();
        Err(Why::FutureJump)
    }

    fn take_back(&mut self, at: Timestamp) -> Result<Option<Duration>, Why> {
        if self.doubts < 0 && at.nanos() == self.doubtful {
            return Err(Why::Duplicate);
        }
        let follows = self.doubts < 0 && at.nanos() > self.doubtful;
        if follows && self.doubts.saturating_sub(1) <= -CONFIRMING {
            let since = at.seconds_since(Timestamp::from_nanos(self.doubtful));
            return Ok(Some(self.set(at, since)));
        }
        self.doubts = if follows { self.doubts.saturating_sub(1) } else { -1 };
        self.doubtful = at.nanos();
        Err(Why::OutOfOrder)
    }

    /// Takes a time that is far off; says how far.
    fn set(&mut self, at: Timestamp, since_doubtful: f64) -> Duration {
        let distance = self.distance(at);
        self.step.learn_one(since_doubtful);
        self.settle(at);
        distance
    }

    fn settle(&mut self, at: Timestamp) {
        self.last = at.nanos();
        self.doubts = 0;
    }

    fn distance(&self, at: Timestamp) -> Duration {
        Duration::from_nanos(at.nanos().abs_diff(self.last))
    }
}
