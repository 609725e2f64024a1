//! How well a sequence learner tells faults from calm, on streams of which it is known when something was wrong.

use super::{SequenceLearner, SequenceStep};
use chiron_model::Timestamp;
use std::{collections::BTreeMap, time::Duration};

/// Silences are asked for once in so much time of the stream.
const TICK: Duration = Duration::from_secs(2);

/// The part of a stream that a step lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Nothing is wrong.
    Calm,
    /// Between the change that broke something and its repair.
    Fault,
    /// Learned, but not judged: after the repair, or of objects that have nothing to do with it.
    Aside,
}

/// A step of which it is known whether something was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledStep {
    /// Life of one object.
    pub entity: String,
    /// What happened.
    pub token: String,
    /// When it happened.
    pub at: Timestamp,
    /// The part of the stream it lies in.
    pub part: Part,
}

/// A recorded stream, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledStream {
    /// Name of the recording.
    pub name: String,
    /// Its steps.
    pub steps: Vec<LabelledStep>,
}

/// What an evaluation measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Area under the ROC curve of the scores of single steps: those in faults against those of calm streams and of
    /// calm parts. 0.5 is chance.
    pub auc: f64,
    /// The same against the steps of wholly calm streams alone.
    pub auc_of_calm_streams: f64,
    /// Alerts by the scores of steps.
    pub by_steps: Alerts,
    /// Alerts by silence.
    pub by_silence: Alerts,
    /// Steps that were scored and learned.
    pub steps: usize,
    /// How long that took.
    pub took: Duration,
    /// Size of the largest snapshot, in bytes.
    pub state: usize,
}

/// Alerts at the lowest threshold that gives at most one in each calm stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alerts {
    /// Scores above it are alerts.
    pub threshold: f64,
    /// Names of the streams with an alert in the fault.
    pub detected: Vec<String>,
    /// Names of those without.
    pub missed: Vec<String>,
    /// Names of the streams with a fault that have an alert before it.
    pub too_early: Vec<String>,
}

/// Scores of all steps or silences, by stream and part.
#[derive(Default)]
struct Scores<'a>(BTreeMap<(&'a str, Part), Vec<f64>>);

impl LabelledStream {
    /// Whether nothing is wrong in it.
    #[must_use]
    pub fn is_calm(&self) -> bool {
        self.steps.iter().all(|step| step.part != Part::Fault)
    }

    /// What can be learned from it without learning from its fault: the steps before it.
    pub fn calm_steps(&self) -> impl Iterator<Item = SequenceStep<'_>> {
        self.steps.iter().take_while(|step| step.part != Part::Fault).map(LabelledStep::step)
    }
}

impl LabelledStep {
    /// The step without its label.
    #[must_use]
    pub fn step(&self) -> SequenceStep<'_> {
        SequenceStep { entity: &self.entity, token: &self.token, at: self.at }
    }
}

/// Scores each stream step by step, and learns each step after its score, with a learner that was taught by all other
/// streams.
///
/// `teach` makes that learner, which must learn from nothing but the [`LabelledStream::calm_steps`] it is given; `clock`
/// tells the time, to measure the speed.
pub fn evaluate<L: SequenceLearner>(
    teach: impl Fn(&[&LabelledStream]) -> L,
    streams: &[LabelledStream],
    clock: impl Fn() -> Duration,
) -> Evaluation {
    let (mut by_steps, mut by_silence) = (Scores::default(), Scores::default());
    let mut evaluation = Evaluation {
        auc: 0.5,
        auc_of_calm_streams: 0.5,
        by_steps: Alerts::default(),
        by_silence: Alerts::default(),
        steps: 0,
        took: Duration::ZERO,
        state: 0,
    };
    for stream in streams {
        let others: Vec<&LabelledStream> = streams.iter().filter(|it| it.name != stream.name).collect();
        let mut learner = teach(&others);
        let mut polls = Polls::default();
        for labelled in &stream.steps {
            polls.ask(&learner, labelled);
            let begun = clock();
            let score = learner.score_one(labelled.step()).score;
            learner.learn_one(labelled.step());
            evaluation.took += clock().saturating_sub(begun);
            by_steps.push(stream, labelled.part, score);
        }
        for ((_, _, part), score) in polls.highest {
            by_silence.push(stream, part, score);
        }
        evaluation.steps += stream.steps.len();
        evaluation.state = evaluation.state.max(learner.snapshot().size());
    }
    let calm: Vec<&LabelledStream> = streams.iter().filter(|it| it.is_calm()).collect();
    evaluation.auc =
        area_under_curve(&by_steps.of(streams.iter(), Part::Fault), &by_steps.of(streams.iter(), Part::Calm));
    evaluation.auc_of_calm_streams =
        area_under_curve(&by_steps.of(streams.iter(), Part::Fault), &by_steps.of(calm, Part::Calm));
    evaluation.by_steps = by_steps.alerts(streams);
    evaluation.by_silence = by_silence.alerts(streams);
    evaluation
}

/// The highest silence of each wait, of the entities of one stream.
#[derive(Default)]
struct Polls<'a> {
    /// The steps of each entity so far, whose number names the wait after it.
    waits: BTreeMap<&'a str, usize>,
    highest: BTreeMap<(&'a str, usize, Part), f64>,
    asked: Option<Timestamp>,
}

impl<'a> Polls<'a> {
    /// Asks for the silence of all entities before a step, if it is time.
    fn ask<L: SequenceLearner>(&mut self, learner: &L, step: &'a LabelledStep) {
        let tick = step.at.floor(TICK);
        if self.asked < Some(tick) && step.part != Part::Aside {
            self.asked = Some(tick);
            for (entity, wait) in &self.waits {
                let score = learner.silence_score(entity, step.at);
                let highest = self.highest.entry((entity, *wait, step.part)).or_default();
                *highest = highest.max(score);
            }
        }
        if step.part != Part::Aside {
            *self.waits.entry(&step.entity).or_default() += 1;
        }
    }
}

impl<'a> Scores<'a> {
    fn push(&mut self, stream: &'a LabelledStream, part: Part, score: f64) {
        self.0.entry((&stream.name, part)).or_default().push(score);
    }

    fn of<'b>(&self, streams: impl IntoIterator<Item = &'b LabelledStream>, part: Part) -> Vec<f64> {
        streams
            .into_iter()
            .filter_map(|it| self.0.get(&(it.name.as_str(), part)))
            .flatten()
            .copied()
            .collect()
    }

    /// The highest score of a part of a stream, or the second highest, or lower.
    fn highest(&self, stream: &LabelledStream, part: Part, place: usize) -> f64 {
        let mut scores = self.of([stream], part);
        scores.sort_by(|a, b| b.total_cmp(a));
        scores.get(place).copied().unwrap_or(0.0)
    }

    fn alerts(&self, streams: &[LabelledStream]) -> Alerts {
        let (calm, broken): (Vec<_>, Vec<_>) = streams.iter().partition(|it| it.is_calm());
        let second = calm.iter().map(|stream| self.highest(stream, Part::Calm, 1));
        let threshold = second.fold(0.0, f64::max);
        let has_alert = |stream: &LabelledStream, part| self.highest(stream, part, 0) > threshold;
        let names = |streams: &[&LabelledStream]| streams.iter().map(|it| it.name.clone()).collect();
        let early: Vec<_> = broken.iter().copied().filter(|it| has_alert(it, Part::Calm)).collect();
        let (detected, missed): (Vec<_>, Vec<_>) =
            broken.into_iter().partition(|stream| has_alert(stream, Part::Fault));
        Alerts { threshold, detected: names(&detected), missed: names(&missed), too_early: names(&early) }
    }
}

/// Chance that a score of `higher` is above one of `lower`, ties counted half; 0.5 when one of them is empty.
///
/// Source: Mann and Whitney, Annals of Mathematical Statistics 18(1), 1947.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of scores")]
pub fn area_under_curve(higher: &[f64], lower: &[f64]) -> f64 {
    if higher.is_empty() || lower.is_empty() {
        return 0.5;
    }
    let mut sorted = lower.to_vec();
    sorted.sort_by(f64::total_cmp);
    let wins = higher.iter().map(|score| {
        let below = sorted.partition_point(|it| it.total_cmp(score).is_lt());
        let not_above = sorted.partition_point(|it| it.total_cmp(score).is_le());
        (below + not_above) as f64 / 2.0
    });
    wins.sum::<f64>() / (higher.len() as f64 * lower.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Learner, SequenceDetector};

    fn stream(name: &str, lives: usize, broken: bool) -> LabelledStream {
        let mut steps = Vec::new();
        for life in 0..lives {
            let is_broken = broken && life + 1 == lives;
            let tokens = if is_broken { ["new", "crashed", "ready"] } else { ["new", "ready", "gone"] };
            for (number, token) in tokens.into_iter().enumerate() {
                steps.push(LabelledStep {
                    entity: format!("Pod/{name}-{life}"),
                    token: token.to_owned(),
                    at: Timestamp::from_secs(i64::try_from(life * 10 + number).unwrap()),
                    part: if is_broken { Part::Fault } else { Part::Calm },
                });
            }
        }
        LabelledStream { name: name.to_owned(), steps }
    }

    fn taught(streams: &[&LabelledStream]) -> SequenceDetector {
        let mut detector = SequenceDetector::default();
        streams.iter().flat_map(|it| it.calm_steps()).for_each(|step| detector.learn_one(step));
        detector
    }

    #[test]
    fn a_fault_is_detected_above_the_threshold_of_calm_streams() {
        let streams = [stream("calm", 60, false), stream("quiet", 60, false), stream("broken", 60, true)];

        let evaluation = evaluate(taught, &streams, || Duration::ZERO);

        assert_eq!(evaluation.by_steps.detected, ["broken"]);
        assert!(evaluation.by_steps.too_early.is_empty());
        assert!(evaluation.auc > 0.8, "{evaluation:?}");
        assert_eq!(evaluation.steps, 540);
    }

    #[test]
    fn the_area_is_a_half_for_equal_scores_and_one_for_parted_ones() {
        let areas = [
            area_under_curve(&[1.0, 1.0], &[1.0]),
            area_under_curve(&[2.0, 3.0], &[1.0, 1.5]),
            area_under_curve(&[], &[1.0]),
        ];

        assert!(areas.iter().zip([0.5, 1.0, 0.5]).all(|(area, it)| (area - it).abs() < 1e-12), "{areas:?}");
    }
}
