//! Verdicts sorted by series, each with its place between faults.

use super::faults::{Fault, FaultSet, GRACE, Heard};
use chiron_model::Timestamp;
use std::{collections::BTreeMap, ops::Range};

/// Where a sample lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In calm time: an alert here is false.
    Calm,
    /// Near a fault: an alert here is neither right nor wrong.
    Near,
    /// In the window of a fault.
    Window {
        /// Its place among all faults.
        fault: usize,
        /// Whether the series belongs to the faulty workload.
        is_target: bool,
    },
}

/// A sample with its verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it was measured.
    pub at: Timestamp,
    /// How unusual it is.
    pub score: f64,
    /// Whether it is an alert, as the detector is shipped.
    pub alert: bool,
    /// Where it lies.
    pub place: Place,
}

/// All that a detector said of a set, by stretches of time and series.
#[derive(Clone, Debug)]
pub struct Tracks<'a> {
    /// The points, track by track, each in the order of time.
    pub points: Vec<Point>,
    /// The points of each track.
    pub tracks: Vec<Range<usize>>,
    /// The faults.
    pub faults: Vec<&'a Fault>,
    /// Length of a sample, in days.
    pub step_days: f64,
}

impl<'a> Tracks<'a> {
    /// Sorts what was heard.
    #[must_use]
    pub fn new(set: &'a FaultSet, heard: &[Heard<'a>]) -> Self {
        let step_days = set.step.as_secs_f64() / 86_400.0;
        let mut all = Self { points: Vec::new(), tracks: Vec::new(), faults: Vec::new(), step_days };
        for stretch in heard {
            all.add(set, stretch);
        }
        all
    }

    fn add(&mut self, set: &FaultSet, heard: &Heard<'a>) {
        let first = self.faults.len();
        self.faults.extend(heard.faults);
        let mut series: BTreeMap<usize, Vec<Point>> = BTreeMap::new();
        for (reading, verdict) in heard.readings.iter().zip(&heard.verdicts) {
            let workload = &set.subjects[reading.subject].series.owner.workload;
            let at = reading.sample.at;
            let place = place(at, workload, heard.faults, first);
            // What is not a number is no reason to alert.
            let score = if verdict.score.is_nan() { 0.0 } else { verdict.score };
            series.entry(reading.subject).or_default().push(Point { at, score, alert: verdict.alert, place });
        }
        for points in series.into_values() {
            let from = self.points.len();
            self.points.extend(points);
            self.tracks.push(from..self.points.len());
        }
    }
}

fn place(at: Timestamp, workload: &str, faults: &[Fault], first: usize) -> Place {
    let within = faults.iter().position(|it| (it.from..=it.until).contains(&at));
    if let Some(fault) = within {
        return Place::Window { fault: first + fault, is_target: faults[fault].workload == workload };
    }
    let is_near = |fault: &Fault| (fault.near_from..=fault.from.plus(GRACE)).contains(&at);
    if faults.iter().any(is_near) { Place::Near } else { Place::Calm }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_calm_only_far_from_faults() {
        let minute = |minute: i64| Timestamp::from_secs(minute * 60);
        let fault = Fault {
            kind: "cpu".to_owned(),
            workload: "cart".to_owned(),
            near_from: minute(85),
            from: minute(100),
            until: minute(105),
        };
        let faults = [fault];
        let place = |at: i64, workload: &str| place(minute(at), workload, &faults, 7);

        assert_eq!(place(84, "cart"), Place::Calm);
        assert_eq!(place(85, "cart"), Place::Near);
        assert_eq!(place(100, "cart"), Place::Window { fault: 7, is_target: true });
        assert_eq!(place(105, "front"), Place::Window { fault: 7, is_target: false });
        assert_eq!(place(160, "cart"), Place::Near);
        assert_eq!(place(161, "cart"), Place::Calm);
    }
}
