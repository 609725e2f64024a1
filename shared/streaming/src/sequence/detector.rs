//! The sequence detector without learned weights.

use super::{
    Expected, SequenceLearner, SequenceStep, Surprise,
    contexts::{Contexts, DEPTH},
    lives::{Lives, Look},
};
use crate::{Learner, Snapshot, SnapshotError};
use chiron_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Tokens that are told as expected.
pub(crate) const MOST_EXPECTED: usize = 3;

/// Learns what follows what in the lives of objects, by counting.
///
/// A Markov model of the orders 0 to 3, shared by all entities, gives the probability of each next token; its surprise
/// is ranked among the surprises of the past. A histogram of the waiting times after each token tells what is overdue.
/// At most 4,096 tokens, 2,000 entities and 8,192 contexts are kept, and old habits fade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SequenceDetector {
    lives: Lives,
    contexts: Contexts,
}

impl Default for SequenceDetector {
    fn default() -> Self {
        Self { lives: Lives::new(DEPTH), contexts: Contexts::default() }
    }
}

impl SequenceDetector {
    fn probability(&self, look: &Look) -> f64 {
        self.contexts.probability(&look.recent, look.token, self.lives.vocabulary().len())
    }

    fn expected(&self, look: &Look) -> Vec<Expected> {
        let vocabulary = self.lives.vocabulary();
        let likeliest = self.contexts.expected(&look.recent, vocabulary.len(), MOST_EXPECTED);
        likeliest
            .into_iter()
            .map(|(token, probability)| Expected { token: vocabulary.shown(token).to_owned(), probability })
            .collect()
    }
}

impl SequenceLearner for SequenceDetector {
    fn silence_score(&self, entity: &str, now: Timestamp) -> f64 {
        self.lives.silence_score(entity, now)
    }
}

impl Learner for SequenceDetector {
    type Input<'a> = SequenceStep<'a>;
    type Score = Surprise;
    const NAME: &'static str = "sequence-detector";
    const VERSION: u16 = 1;

    fn score_one(&self, step: SequenceStep<'_>) -> Surprise {
        let look = self.lives.look(step);
        let surprise = self.lives.judge(&look, self.probability(&look));
        Surprise { expected: self.expected(&look), ..surprise }
    }

    fn learn_one(&mut self, step: SequenceStep<'_>) {
        let look = self.lives.look(step);
        let probability = self.probability(&look);
        let token = self.lives.learn(step, &look, probability);
        if !look.is_repetition {
            self.contexts.learn(&look.recent, token);
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(Self::NAME, Self::VERSION, self)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let detector: Self = snapshot.read(Self::NAME, Self::VERSION)?;
        let known = detector.lives.vocabulary().len();
        if detector.lives.fits(DEPTH) && detector.contexts.fits(known) {
            Ok(detector)
        } else {
            Err(SnapshotError::Impossible(Self::NAME, "its counts do not fit together"))
        }
    }
}
