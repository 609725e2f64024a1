//! How well a detector does, in numbers.

use serde::Serialize;
use std::collections::BTreeMap;

/// One number for alerts on the faulty workload, one for alerts on any series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Both<T> {
    /// On series of the faulty workload.
    pub strict: T,
    /// On any series.
    pub lenient: T,
}

/// How well a detector does at one threshold, by the rules of [`super::faults`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// The score from which on it alerts; none for the alerts of the detector itself.
    pub threshold: Option<f64>,
    /// Faults in the set.
    pub faults: usize,
    /// Faults that were found.
    pub found: Both<usize>,
    /// Share of the faults that alerts at random would find, as often as there are false alarms.
    pub chance: Both<f64>,
    /// Pairs of a fault and a series whose alert found it.
    pub right: Both<usize>,
    /// False alarms.
    pub false_alarms: usize,
    /// Days of samples in calm time, over all series.
    pub series_days: f64,
    /// Seconds from the start of each fault that was found strictly to the first alert, sorted.
    pub delays: Vec<f64>,
    /// Faults strictly found, and all, of each kind.
    pub kinds: BTreeMap<String, (usize, usize)>,
}

impl Judgement {
    /// False alarms a day of one series.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "few alarms")]
    pub fn false_rate(&self) -> f64 {
        if self.series_days > 0.0 { self.false_alarms as f64 / self.series_days } else { 0.0 }
    }

    /// Share of the faults that were found.
    #[must_use]
    pub fn recall(&self) -> Both<f64> {
        self.found.map(|found| share(found, self.faults))
    }

    /// Share of the alarms that were right; nothing when there was none.
    #[must_use]
    pub fn precision(&self) -> Both<Option<f64>> {
        self.right.map(|right| {
            let all = right + self.false_alarms;
            (all > 0).then(|| share(right, all))
        })
    }

    /// Mean delay, in seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "few faults")]
    pub fn mean_delay(&self) -> Option<f64> {
        let count = self.delays.len();
        (count > 0).then(|| self.delays.iter().sum::<f64>() / count as f64)
    }

    /// Median delay, in seconds; of two in the middle, the longer.
    #[must_use]
    pub fn median_delay(&self) -> Option<f64> {
        self.delays.get(self.delays.len() / 2).copied()
    }
}

impl<T> Both<T> {
    fn map<U>(self, change: impl Fn(T) -> U) -> Both<U> {
        Both { strict: change(self.strict), lenient: change(self.lenient) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "few of both")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
