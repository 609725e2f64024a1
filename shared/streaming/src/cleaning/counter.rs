//! Counters become rates.

use super::{Cleaned, LARGEST, UsualStep, Why};
use chiron_model::{Sample, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The value from which the next increase is counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Counter {
    base: f64,
    /// Nanoseconds since the epoch; [`Timestamp::MIN`] when there is no base.
    base_at: i64,
    /// Silence before the base, in seconds, that is to be told with the next value.
    silence: f32,
}

impl Default for Counter {
    fn default() -> Self {
        Self { base: 0.0, base_at: Timestamp::MIN.nanos(), silence: 0.0 }
    }
}

impl Counter {
    /// The increase per second since the base.
    ///
    /// A smaller value than before is a restart: the counter began at nought, so all of it is increase. Over a gap no
    /// rate is told, because nobody knows how often it restarted meanwhile.
    pub(super) fn take(
        &mut self,
        sample: Sample,
        gap: Option<Duration>,
        step: UsualStep,
    ) -> Result<Cleaned, Why> {
        if let Some(gap) = gap {
            self.silence = (self.silence + gap.as_secs_f32()).min(1e12);
        }
        if gap.is_some() || self.base_at == Timestamp::MIN.nanos() {
            self.count_from(sample);
            return Ok(Cleaned::Waits);
        }
        let seconds = sample.at.seconds_since(Timestamp::from_nanos(self.base_at));
        if seconds <= 0.0 || step.is_hasty(seconds) {
            return Ok(Cleaned::Waits);
        }
        let restarted = sample.value < self.base;
        let increase = if restarted { sample.value } else { sample.value - self.base };
        self.count_from(sample);
        let value = increase / seconds;
        if value > LARGEST {
            return Err(Why::TooLarge);
        }
        Ok(Cleaned::Value { at: sample.at, value, gap: self.told_silence(), restarted })
    }

    fn count_from(&mut self, sample: Sample) {
        self.base = sample.value;
        self.base_at = sample.at.nanos();
    }

    fn told_silence(&mut self) -> Option<Duration> {
        let silence = std::mem::take(&mut self.silence);
        (silence > 0.0).then(|| Duration::try_from_secs_f32(silence).unwrap_or(Duration::MAX))
    }
}
