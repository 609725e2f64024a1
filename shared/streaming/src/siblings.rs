//! The pods of one workload, compared with each other by one metric.

mod median;
mod member;

use crate::cleaning::UsualStep;
use chiron_model::{Direction, Score, Timestamp};
use median::Sorted;
use member::Member;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Most pods of one workload that are compared; of more, those that came first.
const MOST: usize = 256;
/// Fewer have no sibling that is ordinary.
const LEAST_TO_COMPARE: usize = 3;
/// So many deviations from its siblings make a pod the odd one.
const ODD: f64 = 6.0;
/// Deviations that score one half.
const HALF: f64 = 4.0;
/// One pod in so many may be odd at a time, and always one; more are a split, as when load moves between pods.
const ODD_IN: usize = 5;
/// This share of the pods, or more, are most of them.
const MOST_OF_THEM: f64 = 0.6;
/// Weight of a new tick in the usual level.
const LEVEL_GAIN: f64 = 0.01;
/// Share of the usual level below which all are idle, and ratios between them say nothing.
const IDLE: f64 = 0.25;
/// Smaller levels are nought.
const NOUGHT: f64 = 1e-9;
/// A value counts for so many usual steps: one may be missed.
const FRESH: f64 = 2.5;
/// Longer than so many times the time a value counts, and a pod is gone.
const GONE: f64 = 20.0;

/// The latest cleaned value of one pod's series, and what its own detector says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The series: an index or a hash that stays with it.
    pub series: u64,
    /// When it was measured.
    pub at: Timestamp,
    /// The value.
    pub value: f64,
    /// Its own score, in `0..=1`.
    pub score: f64,
    /// On which side of what was expected it lies, if the score is over the threshold.
    pub over: Option<Direction>,
}

/// What a look at all pods tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// There is at most one pod that is known.
    Alone,
    /// One pod is unlike its siblings.
    OddOneOut {
        /// Its series.
        series: u64,
        /// How unusual that is: 6 deviations score 0.6, 36 score 0.9.
        score: Score,
        /// How far it is from where it usually lies to its siblings, in deviations of these.
        deviation: f64,
        /// To which side.
        direction: Direction,
    },
    /// Most pods went the same way at once: one anomaly of the workload, not one for each.
    Together {
        /// Pods that did.
        count: u32,
        /// Pods that are known.
        of: u32,
        /// Which way.
        direction: Direction,
        /// How unusual they are by themselves: the middle one of their scores.
        score: Score,
    },
    /// Nothing that concerns more than one series.
    Ordinary,
}

/// The pods of one workload, by one metric: at most 256.
///
/// A pod is compared with the median of all others (leave one out), each without its usual offset, in median absolute
/// deviations. Pods are learned for 20 ticks before they are compared, so that rollouts and new names say nothing.
///
/// Source of the median absolute deviation: Hampel, J. Am. Stat. Assoc. 69(346), 1974.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Siblings {
    /// So long a value counts at most.
    fresh_for: Duration,
    /// Between two values of one pod.
    step: UsualStep,
    /// In the order in which they came.
    members: Vec<Member>,
    /// Running mean of the level of all.
    usual_level: f64,
}

impl Siblings {
    /// A workload without pods. A value of a pod counts for 2.5 usual steps of the series, and at most for `fresh_for`.
    #[must_use]
    pub fn new(fresh_for: Duration) -> Self {
        Self { fresh_for, step: UsualStep::default(), members: Vec::new(), usual_level: 0.0 }
    }

    /// How many pods it knows of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether it knows of none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Takes the latest value of a pod. What is not finite is left out; so is what comes beyond 256 pods.
    pub fn learn_one(&mut self, reading: Reading) {
        if !reading.value.is_finite() || reading.value.abs() > 1e300 {
            return;
        }
        if let Some(member) = self.members.iter_mut().find(|it| it.series == reading.series) {
            self.step.learn_one(reading.at.seconds_since(member.at()));
            member.take(reading);
        } else if self.has_room(reading.at) {
            self.members.push(Member::new(reading));
        }
    }

    /// Forgets a pod, when it was restarted or replaced under its old name.
    pub fn forget(&mut self, series: u64) {
        self.members.retain(|it| it.series != series);
    }

    /// Compares the pods that have a value at `tick`, then learns how they lie to each other.
    pub fn judge(&mut self, tick: Timestamp) -> Verdict {
        self.drop_gone(tick);
        let known = self.current(tick, true);
        let verdict = self.verdict(&known);
        self.learn(tick, &known);
        verdict
    }

    fn verdict(&self, known: &[usize]) -> Verdict {
        if known.len() < 2 {
            return Verdict::Alone;
        }
        self.together(known).or_else(|| self.odd_one(known)).unwrap_or(Verdict::Ordinary)
    }

    fn together(&self, known: &[usize]) -> Option<Verdict> {
        [Direction::Above, Direction::Below].into_iter().find_map(|direction| {
            let over = known.iter().map(|it| &self.members[*it]).filter(|it| it.over == Some(direction));
            let scores: Vec<f64> = over.map(|it| it.score).collect();
            let (count, of) = (as_u32(scores.len()), as_u32(known.len()));
            let are_most = count >= 2 && f64::from(count) >= MOST_OF_THEM * f64::from(of);
            let score = Score::clamped(Sorted::new(&scores).median());
            are_most.then_some(Verdict::Together { count, of, direction, score })
        })
    }

    fn odd_one(&self, known: &[usize]) -> Option<Verdict> {
        if known.len() < LEAST_TO_COMPARE {
            return None;
        }
        let level = self.level(known);
        let sorted = self.sorted(known, level);
        let odd: Vec<(u64, f64)> = known
            .iter()
            .enumerate()
            .map(|(place, index)| (place, &self.members[*index]))
            .map(|(place, member)| (member.series, deviation(member, &sorted, place, level)))
            .filter(|it| it.1.abs() >= ODD)
            .collect();
        if odd.len() > (known.len() / ODD_IN).max(1) {
            return None;
        }
        let (series, deviation) =
            odd.into_iter().max_by(|one, other| one.1.abs().total_cmp(&other.1.abs()))?;
        let direction = if deviation > 0.0 { Direction::Above } else { Direction::Below };
        let deviation = deviation.abs().min(1e6);
        let score = Score::clamped(deviation / (deviation + HALF));
        Some(Verdict::OddOneOut { series, score, deviation, direction })
    }

    /// Teaches each pod how far it is from the others. New pods learn from those that are known, if there are any.
    fn learn(&mut self, tick: Timestamp, known: &[usize]) {
        let all = self.current(tick, false);
        let models = if known.len() < LEAST_TO_COMPARE { &all } else { known };
        if models.len() < 2 {
            return;
        }
        let now = self.mean(models);
        self.usual_level += (now - self.usual_level) * if self.usual_level > 0.0 { LEVEL_GAIN } else { 1.0 };
        let level = self.level(models);
        let sorted = self.sorted(models, level);
        let middle = sorted.median();
        for index in &all {
            let others =
                models.iter().position(|it| it == index).map_or(middle, |it| sorted.median_without(it));
            let member = &mut self.members[*index];
            member.learn_one(member.levelled(level) - others, level);
        }
    }

    /// Indexes of the pods with a value at `tick`.
    fn current(&self, tick: Timestamp, only_known: bool) -> Vec<usize> {
        let longest = self.counts_for();
        let is_current =
            |it: &Member| tick.seconds_since(it.at()).abs() <= longest && (it.is_known() || !only_known);
        self.members.iter().enumerate().filter(|it| is_current(it.1)).map(|it| it.0).collect()
    }

    /// How long a value counts, in seconds.
    fn counts_for(&self) -> f64 {
        let most = self.fresh_for.as_secs_f64();
        self.step.seconds().map_or(most, |it| most.min(FRESH * f64::from(it)))
    }

    fn sorted(&self, indexes: &[usize], level: f64) -> Sorted {
        Sorted::new(&indexes.iter().map(|it| self.members[*it].levelled(level)).collect::<Vec<_>>())
    }

    /// Of the sizes, because one pod of many may do all the work.
    fn mean(&self, indexes: &[usize]) -> f64 {
        let count = f64::from(as_u32(indexes.len()));
        indexes.iter().map(|it| self.members[*it].value.abs() / count).sum()
    }

    /// The size of what is compared: at night not much smaller than usual, or idle pods would differ by large factors.
    fn level(&self, indexes: &[usize]) -> f64 {
        let sizes: Vec<f64> = indexes.iter().map(|it| self.members[*it].value.abs()).collect();
        Sorted::new(&sizes).median().max(IDLE * self.usual_level).max(NOUGHT)
    }

    fn has_room(&mut self, now: Timestamp) -> bool {
        if self.members.len() >= MOST {
            self.drop_gone(now);
        }
        self.members.len() < MOST
    }

    fn drop_gone(&mut self, now: Timestamp) {
        let longest = self.counts_for() * GONE;
        self.members.retain(|it| now.seconds_since(it.at()).abs() <= longest);
    }
}

/// How far a pod is from all others, in deviations of these.
fn deviation(member: &Member, sorted: &Sorted, place: usize, level: f64) -> f64 {
    let off = member.levelled(level) - sorted.median_without(place);
    let least = member.least_spread(level);
    // The spread of the others is dear, and can only make it less odd.
    if off.abs() < ODD * least { off / least } else { off / least.max(sorted.spread_without(place)) }
}

fn as_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
