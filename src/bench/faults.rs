//! Metrics with faults that were injected, and the rules by which alerts on them are judged.
//!
//! The same rules hold for every detector.
//!
//! **What is heard.** Samples come in the order of time, all series of a set together, one at a time. First comes the
//! history of the set, then each episode on a copy of what was learned, so that one incident does not teach the next
//! unless it happened in the same recording. Nothing is known of the rows to come, and nothing is fitted to the set but
//! the one threshold, where [`super::sweep`] says so.
//!
//! **Found.** A fault is found when an alert begins within its window: the sample before it, in the same series, was no
//! alert. An alarm that was on already tells nothing. *Strictly* found means on a series of the faulty workload, and
//! *leniently* on any series, since faults spread to those who call it. With hundreds of series some alert begins in
//! any window by accident, so both are told beside what alerts at random would find at the same rate
//! ([`super::judgement::Judgement::chance`]).
//!
//! **False.** Only calm time counts: what lies more than [`GRACE`] behind the start of a fault, and before
//! [`Fault::near_from`] of the next. The grace is long for two reasons: systems take time to come back, and in the
//! recording of Nezha faults were injected that its list leaves out (the pods show them at 06:10, 06:19 and 08:02). Alerts of one
//! series less than [`MERGE`] apart are one alarm; one that stays on counts again after each [`REPEAT`], or else a
//! detector that always alerts would have one false alarm a series. Warm-up is not spared: who cannot judge yet must say
//! nothing.
//!
//! **Rates.** A series-day is a day of samples of one series in calm time. Precision sets pairs of a fault and a
//! series whose alert found it against false alarms, so it depends on how much calm time a recording has.

use super::{SeriesDetector, Subject, Verdict};
use chiron_model::{Sample, Timestamp};
use std::time::Duration;

/// Alerts of one series less than this apart are one alarm.
pub const MERGE: Duration = Duration::from_mins(10);
/// A false alarm that stays on counts again after each of these.
pub const REPEAT: Duration = Duration::from_hours(1);
/// After the start of a fault, time is not calm for so long.
pub const GRACE: Duration = Duration::from_hours(1);

/// Metrics with faults.
#[derive(Clone, Debug)]
pub struct FaultSet {
    /// What it is called in tables.
    pub name: &'static str,
    /// Time between two samples of a series.
    pub step: Duration,
    /// Its series, without their samples.
    pub subjects: Vec<Subject>,
    /// What every episode begins with: hours without faults, in the order of time.
    pub history: Vec<Reading>,
    /// What happens then, each on its own.
    pub episodes: Vec<Episode>,
}

/// A recording with faults.
#[derive(Clone, Debug, Default)]
pub struct Episode {
    /// Its samples, in the order of time.
    pub readings: Vec<Reading>,
    /// Faults that were injected, in the order of time.
    pub faults: Vec<Fault>,
}

/// A sample of one of the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Place of the series in [`FaultSet::subjects`].
    pub subject: usize,
    /// The sample.
    pub sample: Sample,
}

/// A fault that was injected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind it is, in the words of its data set.
    pub kind: String,
    /// The workload that it was injected into.
    pub workload: String,
    /// From here on time is not calm, because the set says no better when the fault began, or because what came before
    /// belongs to another time. Where neither is so, it is the start of the fault.
    pub near_from: Timestamp,
    /// When it began.
    pub from: Timestamp,
    /// An alert that begins later does not find it any more.
    pub until: Timestamp,
}

/// What a detector said of a stretch of time.
#[derive(Clone, Debug)]
pub struct Heard<'a> {
    /// The samples.
    pub readings: &'a [Reading],
    /// A verdict a sample.
    pub verdicts: Vec<Verdict>,
    /// The faults in it.
    pub faults: &'a [Fault],
}

impl FaultSet {
    /// Gives the set to a detector that has seen nothing: the history, then each episode to a copy of it.
    #[must_use]
    pub fn play(&self, mut detector: Box<dyn SeriesDetector>) -> Vec<Heard<'_>> {
        let mut heard = vec![self.hear(&self.history, &[], detector.as_mut())];
        if let [only] = self.episodes.as_slice() {
            heard.push(self.hear(&only.readings, &only.faults, detector.as_mut()));
            return heard;
        }
        for episode in &self.episodes {
            heard.push(self.hear(&episode.readings, &episode.faults, detector.fork().as_mut()));
        }
        heard
    }

    fn hear<'a>(
        &'a self,
        readings: &'a [Reading],
        faults: &'a [Fault],
        detector: &mut dyn SeriesDetector,
    ) -> Heard<'a> {
        let verdict = |it: &Reading| detector.judge(it.subject, &self.subjects[it.subject], it.sample);
        Heard { readings, verdicts: readings.iter().map(verdict).collect(), faults }
    }

    /// Faults of all episodes.
    #[must_use]
    pub fn fault_count(&self) -> usize {
        self.episodes.iter().map(|it| it.faults.len()).sum()
    }
}

/// Puts readings in the order of time; those of one time in the order of their series.
pub fn sort(readings: &mut [Reading]) {
    readings.sort_by_key(|it| (it.sample.at, it.subject));
}
