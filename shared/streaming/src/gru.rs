//! The sequence detector with learned weights: a small gated recurrent network that guesses the next token.

mod adam;
mod network;
mod training;

pub use training::Epoch;

use crate::{
    Learner, Snapshot, SnapshotError,
    sequence::{Expected, Lives, Look, MOST_EXPECTED, SequenceLearner, SequenceStep, Surprise, TokenId},
};
use chiron_model::Timestamp;
use network::{BUCKETS, Guess, Network, Window};
use serde::{Deserialize, Serialize};

/// Tokens of an entity that are looked at, and through which errors are sent back.
const DEPTH: usize = 16;
/// Step of the optimiser for single steps.
const ONLINE_RATE: f32 = 0.003;

/// Learns what follows what in the lives of objects, by a gated recurrent network.
///
/// Embeddings of 16 and 32 hidden units, for 256 tokens; further tokens share places. Everything but the probability of
/// the next token is as in [`crate::SequenceDetector`]. The same seed and the same steps give the same weights on the
/// same kind of processor.
/// Source: Cho et al., EMNLP 2014.
#[derive(Debug)]
pub struct GruSequence {
    lives: Lives,
    network: Network,
}

/// How it is written.
#[derive(Deserialize)]
struct Read {
    lives: Lives,
    weights: network::Weights,
}

/// The same, to be written without a copy.
#[derive(Serialize)]
struct Written<'a> {
    lives: &'a Lives,
    weights: &'a network::Weights,
}

impl GruSequence {
    /// Knows nothing. The first weights follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { lives: Lives::new(DEPTH), network: Network::new(seed) }
    }

    /// What the network expects after the last tokens of an entity.
    fn guess(&self, look: &Look) -> Guess {
        self.network.guess(&inputs(look))
    }

    /// Probability of the token. One that was never seen has that of the place it would get.
    fn probability(&self, look: &Look, guess: &Guess) -> f64 {
        guess.probability(bucket(look.token.unwrap_or_else(|| self.next_token())))
    }

    /// The number that the next new token would get.
    fn next_token(&self) -> TokenId {
        TokenId::try_from(self.lives.vocabulary().len()).unwrap_or_default()
    }
}

/// The last tokens as the network reads them: at least one.
fn inputs(look: &Look) -> Vec<u32> {
    let mut inputs: Vec<u32> = look.recent.iter().map(|token| bucket(*token)).collect();
    if inputs.is_empty() {
        inputs.push(0);
    }
    inputs
}

/// The place of a token: the first 256 have their own, the others share all but the first.
fn bucket(token: TokenId) -> u32 {
    let token = u32::from(token);
    if token < BUCKETS { token } else { 1 + token % (BUCKETS - 1) }
}

impl SequenceLearner for GruSequence {
    fn silence_score(&self, entity: &str, now: Timestamp) -> f64 {
        self.lives.silence_score(entity, now)
    }
}

impl Learner for GruSequence {
    type Input<'a> = SequenceStep<'a>;
    type Score = Surprise;
    const NAME: &'static str = "gru-sequence";
    const VERSION: u16 = 1;

    fn score_one(&self, step: SequenceStep<'_>) -> Surprise {
        let look = self.lives.look(step);
        let guess = self.guess(&look);
        let surprise = self.lives.judge(&look, self.probability(&look, &guess));
        let vocabulary = self.lives.vocabulary();
        let known = u32::try_from(vocabulary.len()).unwrap_or(u32::MAX);
        let likeliest = guess.likeliest(MOST_EXPECTED).into_iter().filter(|(place, _)| *place < known);
        let expected = likeliest.map(|(place, probability)| {
            let token = TokenId::try_from(place).unwrap_or_default();
            Expected { token: vocabulary.shown(token).to_owned(), probability }
        });
        Surprise { expected: expected.collect(), ..surprise }
    }

    fn learn_one(&mut self, step: SequenceStep<'_>) {
        let look = self.lives.look(step);
        if look.is_repetition {
            self.lives.learn(step, &look, 1.0);
            return;
        }
        let inputs = inputs(&look);
        let next = bucket(look.token.unwrap_or_else(|| self.next_token()));
        let targets = inputs[1..].iter().copied().chain([next]).collect();
        let guess = self.network.learn(&[Window { inputs, targets }], ONLINE_RATE);
        let probability = guess.probability(next);
        self.lives.learn(step, &look, probability);
    }

    fn snapshot(&self) -> Snapshot {
        let state = Written { lives: &self.lives, weights: self.network.weights() };
        Snapshot::of(Self::NAME, Self::VERSION, &state)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let Read { lives, weights } = snapshot.read(Self::NAME, Self::VERSION)?;
        if !lives.fits(DEPTH) {
            return Err(SnapshotError::Impossible(Self::NAME, "its counts do not fit together"));
        }
        let network = Network::of(weights).ok_or(SnapshotError::Impossible(
            Self::NAME,
            "its weights have another shape or are no numbers",
        ))?;
        Ok(Self { lives, network })
    }
}
