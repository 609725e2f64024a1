//! Lives of objects as sequences of tokens: what comes next, what comes too late, and what never came before.

mod contexts;
mod detector;
mod entities;
pub mod evaluation;
mod lives;
mod pod;
mod rank;
mod state;
mod tokens;
mod vocabulary;
mod waits;

#[cfg(feature = "neural")]
pub(crate) use self::{
    detector::MOST_EXPECTED,
    lives::{Lives, Look},
    vocabulary::TokenId,
};
pub use detector::SequenceDetector;
pub use tokens::token_of;

use crate::Learner;
use chiron_model::Timestamp;

/// One thing that happened to one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceStep<'a> {
    /// Life of one object, such as `Pod/6c0e..`. What stands before the first `/` is its class: lives of a class begin
    /// alike.
    pub entity: &'a str,
    /// What happened, such as `Pod/Running/Ready` or `Warning/BackOff`.
    pub token: &'a str,
    /// When it happened.
    pub at: Timestamp,
}

/// How unusual a step is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surprise {
    /// How unusual it is after what came before, `0.0..=1.0`: the share of past steps that surprised less, times the
    /// chance of anything else. 0 before enough was seen, and for a token that only comes again.
    pub score: f64,
    /// Surprise of the token after those before it, in bits: `-log2` of its probability. 0 for a token that only comes
    /// again.
    pub transition: f64,
    /// What the order adds, in bits: how much less the token was expected here than anywhere. 0 when it was expected
    /// here at least as much.
    pub order: f64,
    /// How overdue it was, `0.0..=1.0`: see [`SequenceLearner::silence_score`].
    pub silence: f64,
    /// Tokens that were expected, at most 3, the likeliest first.
    pub expected: Vec<Expected>,
}

/// A token that was expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// The token.
    pub token: String,
    /// Its probability, `0.0..=1.0`.
    pub probability: f64,
}

/// Learns the lives of objects.
pub trait SequenceLearner: for<'a> Learner<Input<'a> = SequenceStep<'a>, Score = Surprise> {
    /// How overdue the next step of an entity is at `now`, `0.0..=1.0`: how often, after its last token, life went on
    /// within half of this time. Never high after tokens that usually end a life. 0 for unknown entities.
    ///
    /// `now` is how far the stream has come, not the wall clock: when the whole stream stands still, its silence tells
    /// nothing of a single object.
    fn silence_score(&self, entity: &str, now: Timestamp) -> f64;
}

/// A score from this on is worth to be told: one step in 200 surprised as much. In each of the recorded calm namespaces
/// at most one step does.
pub const UNUSUAL: f64 = 0.995;

/// A silence from this score on is worth to be told: in 19 of 20 lives the next step came in half of the time.
pub const SILENT: f64 = 0.95;
