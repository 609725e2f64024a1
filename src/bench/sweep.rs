//! The threshold at which a detector finds most within a budget of false alarms.

use super::{
    judge::{alarms, is_one_run},
    tracks::{Place, Tracks},
};
use std::collections::BTreeMap;

/// The threshold at which most faults are found strictly, with at most `budget` false alarms a day of one series. Of
/// several, the one that finds more leniently, then the highest. None when no threshold above 0 finds anything.
///
/// Every score that occurs is tried. The threshold is picked on the set that it is judged by, for each detector alike:
/// figures show what a score is able to tell apart, not what a shipped setting does.
#[must_use]
pub fn best(tracks: &Tracks<'_>, budget: f64) -> Option<f64> {
    let mut order: Vec<usize> =
        (0..tracks.points.len()).filter(|point| tracks.points[*point].score > 0.0).collect();
    order.sort_by(|a, b| tracks.points[*b].score.total_cmp(&tracks.points[*a].score).then(a.cmp(b)));
    let mut state = State::new(tracks);
    let mut best: Option<(f64, (usize, usize))> = None;
    for (place, point) in order.iter().enumerate() {
        state.alert(*point);
        let score = tracks.points[*point].score;
        let is_last_of_score = order.get(place + 1).is_none_or(|next| tracks.points[*next].score < score);
        if is_last_of_score && state.false_rate() <= budget && state.found > best.map_or((0, 0), |it| it.1) {
            best = Some((score, state.found));
        }
    }
    best.map(|it| it.0)
}

/// What is an alert so far, as the threshold falls.
struct State<'a> {
    tracks: &'a Tracks<'a>,
    /// First point of the track of each point.
    first: Vec<usize>,
    is_alert: Vec<bool>,
    /// Runs of alerts in calm time: the last point by the first.
    runs: BTreeMap<usize, usize>,
    false_alarms: usize,
    calm_days: f64,
    /// Alerts that begin in the window of each fault, on its workload and on any series.
    begun: Vec<(usize, usize)>,
    /// Faults found strictly, and leniently.
    found: (usize, usize),
}

impl<'a> State<'a> {
    fn new(tracks: &'a Tracks<'a>) -> Self {
        let mut first = vec![0; tracks.points.len()];
        for track in &tracks.tracks {
            first[track.clone()].fill(track.start);
        }
        let calm = tracks.points.iter().filter(|it| it.place == Place::Calm).count();
        #[expect(clippy::cast_precision_loss, reason = "samples of a recording")]
        let calm_days = calm as f64 * tracks.step_days;
        Self {
            tracks,
            first,
            is_alert: vec![false; tracks.points.len()],
            runs: BTreeMap::new(),
            false_alarms: 0,
            calm_days,
            begun: vec![(0, 0); tracks.faults.len()],
            found: (0, 0),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "few alarms")]
    fn false_rate(&self) -> f64 {
        if self.calm_days > 0.0 { self.false_alarms as f64 / self.calm_days } else { 0.0 }
    }

    /// One more point is an alert.
    fn alert(&mut self, point: usize) {
        self.is_alert[point] = true;
        let begins = point == self.first[point] || !self.is_alert[point - 1];
        if begins {
            self.begin(point, true);
        }
        let next = point + 1;
        if self.first.get(next) == Some(&self.first[point]) && self.is_alert[next] {
            // It was the beginning of an alert and is not any more.
            self.begin(next, false);
        }
        if self.tracks.points[point].place == Place::Calm {
            self.join(point);
        }
    }

    /// An alert begins at the point, or does not begin there any more.
    fn begin(&mut self, point: usize, is_so: bool) {
        let Place::Window { fault, is_target } = self.tracks.points[point].place else { return };
        let count = |number: usize| if is_so { number + 1 } else { number - 1 };
        let (strict, lenient) = self.begun[fault];
        let now = (if is_target { count(strict) } else { strict }, count(lenient));
        self.found.0 = self.found.0 + usize::from(now.0 > 0) - usize::from(strict > 0);
        self.found.1 = self.found.1 + usize::from(now.1 > 0) - usize::from(lenient > 0);
        self.begun[fault] = now;
    }

    /// Puts the point into a run of false alerts, which may join two.
    fn join(&mut self, point: usize) {
        let (mut from, mut to) = (point, point);
        if let Some((first, last)) = self.runs.range(..point).next_back().map(|(first, last)| (*first, *last))
            && self.is_one_run(last.max(first), point)
        {
            self.remove(first, last);
            (from, to) = (first, last.max(point));
        }
        if let Some((first, last)) = self.runs.range(point..).next().map(|(first, last)| (*first, *last))
            && self.is_one_run(point, first)
        {
            self.remove(first, last);
            to = to.max(last);
        }
        self.false_alarms += self.alarms(from, to);
        self.runs.insert(from, to);
    }

    fn remove(&mut self, first: usize, last: usize) {
        self.runs.remove(&first);
        self.false_alarms -= self.alarms(first, last);
    }

    fn is_one_run(&self, earlier: usize, later: usize) -> bool {
        let at = |point: usize| self.tracks.points[point].at;
        // A point within a run lies before its last.
        self.first[earlier] == self.first[later] && (later <= earlier || is_one_run(at(earlier), at(later)))
    }

    fn alarms(&self, first: usize, last: usize) -> usize {
        alarms(self.tracks.points[first].at, self.tracks.points[last].at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{faults::Fault, judgement::Judgement, tracks::Point};
    use chiron_model::Timestamp;
    use proptest::prelude::*;

    /// Two series of one sample a minute: calm, then a window of five samples, twice.
    fn tracks<'a>(scores: &[u8], faults: &'a [Fault]) -> Tracks<'a> {
        let half = scores.len() / 2;
        let point = |(place, score): (usize, &u8)| {
            let minute = place % half;
            let window = Place::Window { fault: minute / 40, is_target: place < half };
            let place = if minute % 40 >= 35 { window } else { Place::Calm };
            let at = Timestamp::from_secs(i64::try_from(minute).unwrap() * 60);
            Point { at, score: f64::from(*score) / 10.0, alert: false, place }
        };
        Tracks {
            points: scores.iter().enumerate().map(point).collect(),
            tracks: vec![0..half, half..scores.len()],
            faults: faults.iter().collect(),
            step_days: 1.0 / 1440.0,
        }
    }

    fn fault() -> Fault {
        let at = Timestamp::from_secs(0);
        Fault { kind: "cpu".to_owned(), workload: "cart".to_owned(), near_from: at, from: at, until: at }
    }

    proptest! {
        #[test]
        fn no_other_threshold_within_the_budget_finds_more(
            scores in prop::collection::vec(0_u8..=10, 160),
            budget in 0.0_f64..200.0,
        ) {
            let faults = [fault(), fault()];
            let tracks = tracks(&scores, &faults);
            let found = |it: &Judgement| (it.found.strict, it.found.lenient);
            let all: Vec<_> = (1..=10).map(|step| Judgement::at(&tracks, f64::from(step) / 10.0)).collect();
            let most = all.iter().filter(|it| it.false_rate() <= budget).map(found).max().unwrap_or((0, 0));

            let best = best(&tracks, budget).map(|threshold| Judgement::at(&tracks, threshold));

            prop_assert_eq!(best.as_ref().map_or((0, 0), found), most);
            prop_assert!(best.is_none_or(|it| it.false_rate() <= budget));
        }
    }
}
