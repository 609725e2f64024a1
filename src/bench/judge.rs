//! Counts of what a detector found and of its false alarms.

use super::{
    faults::{MERGE, REPEAT},
    judgement::{Both, Judgement},
    tracks::{Place, Point, Tracks},
};
use chiron_model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

impl Judgement {
    /// Judges the alerts of the detector itself, as shipped.
    #[must_use]
    pub fn shipped(tracks: &Tracks<'_>) -> Self {
        judge(tracks, None, &|point| point.alert)
    }

    /// Judges alerts from a score on.
    #[must_use]
    pub fn at(tracks: &Tracks<'_>, threshold: f64) -> Self {
        judge(tracks, Some(threshold), &|point| point.score >= threshold)
    }
}

/// False alarms of a run of alerts from its first to its last.
pub(super) fn alarms(first: Timestamp, last: Timestamp) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of a recording")]
    let repeats = (last.seconds_since(first) / REPEAT.as_secs_f64()).max(0.0) as usize;
    1 + repeats
}

/// Whether two neighbouring alerts of a series are one alarm.
pub(super) fn is_one_run(earlier: Timestamp, later: Timestamp) -> bool {
    later.seconds_since(earlier) < MERGE.as_secs_f64()
}

fn judge(tracks: &Tracks<'_>, threshold: Option<f64>, is_alert: &dyn Fn(&Point) -> bool) -> Judgement {
    let mut hits = Hits::new(tracks.faults.len());
    let mut false_alarms = 0;
    for track in &tracks.tracks {
        let points = &tracks.points[track.clone()];
        false_alarms += false_in(points, is_alert);
        hits.take(tracks, points, is_alert);
    }
    let calm = tracks.points.iter().filter(|it| it.place == Place::Calm).count();
    let mut judgement = hits.judgement(tracks);
    judgement.threshold = threshold;
    judgement.false_alarms = false_alarms;
    #[expect(clippy::cast_precision_loss, reason = "samples of a recording")]
    {
        judgement.series_days = calm as f64 * tracks.step_days;
    }
    judgement.chance = chance(tracks, judgement.false_rate());
    judgement
}

/// False alarms of one series.
fn false_in(points: &[Point], is_alert: &dyn Fn(&Point) -> bool) -> usize {
    let mut count = 0;
    let mut run: Option<(Timestamp, Timestamp)> = None;
    for point in points.iter().filter(|it| it.place == Place::Calm && is_alert(it)) {
        run = match run {
            Some((first, last)) if is_one_run(last, point.at) => Some((first, point.at)),
            before => {
                count += before.map_or(0, |(first, last)| alarms(first, last));
                Some((point.at, point.at))
            }
        };
    }
    count + run.map_or(0, |(first, last)| alarms(first, last))
}

/// What alerts at random would find: one minus the chance that none begins on any of the series within the window.
#[expect(clippy::cast_precision_loss, reason = "few faults")]
fn chance(tracks: &Tracks<'_>, rate: f64) -> Both<f64> {
    let mut exposure = vec![Both::<f64>::default(); tracks.faults.len()];
    for point in &tracks.points {
        if let Place::Window { fault, is_target } = point.place {
            exposure[fault].lenient += tracks.step_days;
            exposure[fault].strict += if is_target { tracks.step_days } else { 0.0 };
        }
    }
    let mean = |days: fn(&Both<f64>) -> f64| {
        let total: f64 = exposure.iter().map(|it| 1.0 - (-rate * days(it)).exp()).sum();
        total / exposure.len().max(1) as f64
    };
    Both { strict: mean(|it| it.strict), lenient: mean(|it| it.lenient) }
}

/// Alerts that began within windows.
struct Hits {
    /// The first strict alert of each fault.
    first: Vec<Option<Timestamp>>,
    lenient: BTreeSet<usize>,
    right: Both<usize>,
}

impl Hits {
    fn new(faults: usize) -> Self {
        Self { first: vec![None; faults], lenient: BTreeSet::new(), right: Both::default() }
    }

    fn take(&mut self, tracks: &Tracks<'_>, points: &[Point], is_alert: &dyn Fn(&Point) -> bool) {
        let mut was_alert = false;
        let mut counted = None;
        for point in points {
            let is_alert = is_alert(point);
            let begins = is_alert && !was_alert;
            was_alert = is_alert;
            let Place::Window { fault, is_target } = point.place else { continue };
            if !begins || fault >= tracks.faults.len() {
                continue;
            }
            self.lenient.insert(fault);
            if is_target {
                self.first[fault] = Some(self.first[fault].map_or(point.at, |it| it.min(point.at)));
            }
            if counted != Some(fault) {
                counted = Some(fault);
                self.right.lenient += 1;
                self.right.strict += usize::from(is_target);
            }
        }
    }

    fn judgement(self, tracks: &Tracks<'_>) -> Judgement {
        let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut delays = Vec::new();
        for (fault, first) in tracks.faults.iter().zip(&self.first) {
            let kind = kinds.entry(fault.kind.clone()).or_default();
            kind.1 += 1;
            if let Some(first) = first {
                kind.0 += 1;
                delays.push(first.seconds_since(fault.from));
            }
        }
        delays.sort_by(f64::total_cmp);
        Judgement {
            threshold: None,
            faults: tracks.faults.len(),
            found: Both { strict: delays.len(), lenient: self.lenient.len() },
            chance: Both::default(),
            right: self.right,
            false_alarms: 0,
            series_days: 0.0,
            delays,
            kinds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::faults::Fault;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_secs(minute * 60)
    }

    fn fault(from: i64) -> Fault {
        let (from, until) = (minute(from), minute(from + 5));
        Fault { kind: "cpu".to_owned(), workload: "cart".to_owned(), near_from: from, from, until }
    }

    /// Tracks of one sample a minute; `true` is an alert. Places as for a fault at minute 200 and nothing else.
    fn tracks<'a>(series: &[(&[i64], bool)], faults: &'a [Fault]) -> Tracks<'a> {
        let mut all = Tracks {
            points: Vec::new(),
            tracks: Vec::new(),
            faults: faults.iter().collect(),
            step_days: 1.0 / 1440.0,
        };
        for (alerts, is_target) in series {
            let from = all.points.len();
            all.points.extend((0..206).map(|at| {
                let place = match at {
                    200.. => Place::Window { fault: 0, is_target: *is_target },
                    _ => Place::Calm,
                };
                let alert = alerts.contains(&at);
                Point { at: minute(at), score: f64::from(u8::from(alert)), alert, place }
            }));
            all.tracks.push(from..all.points.len());
        }
        all
    }

    #[test]
    fn alerts_close_to_each_other_are_one_false_alarm() {
        let faults = [fault(200)];

        let judgement = Judgement::shipped(&tracks(&[(&[10, 11, 20, 30], true)], &faults));

        // 10, 11 and 20 are one; 30 is ten minutes behind 20 and so another.
        assert_eq!(judgement.false_alarms, 2);
        assert!((judgement.series_days - 200.0 / 1440.0).abs() < 1e-9);
    }

    #[test]
    fn an_alarm_that_stays_on_counts_each_hour() {
        let faults = [fault(200)];
        let stays: Vec<i64> = (10..=130).collect();

        assert_eq!(Judgement::shipped(&tracks(&[(&stays, true)], &faults)).false_alarms, 3);
    }

    #[test]
    fn a_fault_is_found_strictly_on_its_own_workload_only() {
        let faults = [fault(200)];

        let own = Judgement::shipped(&tracks(&[(&[], false), (&[202, 203], true)], &faults));
        let other = Judgement::shipped(&tracks(&[(&[202], false), (&[], true)], &faults));

        assert_eq!(own.found, Both { strict: 1, lenient: 1 });
        assert_eq!(own.delays, [120.0]);
        assert_eq!(other.found, Both { strict: 0, lenient: 1 });
    }

    #[test]
    fn an_alarm_that_was_on_already_finds_nothing() {
        let faults = [fault(200)];
        let stays: Vec<i64> = (190..=205).collect();

        assert_eq!(
            Judgement::shipped(&tracks(&[(&stays, true)], &faults)).found,
            Both { strict: 0, lenient: 0 }
        );
    }

    #[test]
    fn chance_grows_with_false_alarms_and_with_series() {
        let faults = [fault(200)];
        let alerts: &[i64] = &[10, 40, 70, 100];

        let few = Judgement::shipped(&tracks(&[(alerts, true)], &faults)).chance;
        let many =
            Judgement::shipped(&tracks(&[(alerts, true), (alerts, false), (alerts, false)], &faults)).chance;

        // Four alarms in 200 minutes are 0.02 a minute; a window has 6 samples: 1 - e^-0.12.
        assert!((few.strict - (1.0 - (-0.12_f64).exp())).abs() < 1e-9, "{few:?}");
        assert!((many.lenient - (1.0 - (-0.36_f64).exp())).abs() < 1e-9, "{many:?}");
    }

    #[test]
    fn silence_has_no_precision_and_no_delay() {
        let faults = [fault(200)];

        let judgement = Judgement::shipped(&tracks(&[(&[], true)], &faults));

        assert_eq!(judgement.precision(), Both { strict: None, lenient: None });
        assert_eq!((judgement.mean_delay(), judgement.median_delay()), (None, None));
        assert!(judgement.recall().strict <= 0.0);
    }
}
