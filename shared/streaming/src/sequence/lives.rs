//! What every sequence learner knows besides what comes next: tokens, entities, waiting times, and its own surprises.

use super::{
    SequenceStep, Surprise,
    entities::{Entities, Life},
    rank::Ranks,
    vocabulary::{TokenId, Vocabulary, hash},
    waits::Waits,
};
use chiron_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Tokens, entities, waiting times and surprises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lives {
    vocabulary: Vocabulary,
    entities: Entities,
    waits: Waits,
    ranks: Ranks,
}

/// A step, seen with what is known of its entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    /// The entity, by a hash of its name.
    name: u64,
    /// The last tokens of the entity, the newest at the end; only the name of its class when it is new.
    pub recent: Vec<TokenId>,
    /// The token of the step; none when it was never seen.
    pub token: Option<TokenId>,
    /// Whether the token only comes again. That is no news: deliveries and states are repeated.
    pub is_repetition: bool,
    /// How overdue the step was, `0.0..1.0`.
    silence: f64,
}

impl Lives {
    /// Knows nothing, and remembers the last `depth` tokens of each entity.
    pub(crate) fn new(depth: usize) -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            entities: Entities::new(depth),
            waits: Waits::default(),
            ranks: Ranks::default(),
        }
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The number of a token, which is added when it is new.
    #[cfg(feature = "neural")]
    pub(crate) fn token(&mut self, token: &str) -> TokenId {
        self.vocabulary.add(token)
    }

    /// The number of the token with which the life of an entity begins.
    #[cfg(feature = "neural")]
    pub(crate) fn start(&mut self, entity: &str) -> TokenId {
        self.vocabulary.add(&class_of(entity))
    }

    /// Looks at a step. Changes nothing.
    pub(crate) fn look(&self, step: SequenceStep<'_>) -> Look {
        let (name, token) = (hash(step.entity), self.vocabulary.id_of(step.token));
        let Some(life) = self.entities.get(name) else {
            let recent = self.vocabulary.id_of(&class_of(step.entity)).into_iter().collect();
            return Look { name, recent, token, is_repetition: false, silence: 0.0 };
        };
        let is_repetition = token.is_some() && life.newest() == token;
        Look { name, recent: life.recent.clone(), token, is_repetition, silence: self.overdue(life, step.at) }
    }

    /// What a token of this probability at this place is worth.
    pub(crate) fn judge(&self, look: &Look, probability: f64) -> Surprise {
        let silence = look.silence;
        if look.is_repetition {
            return Surprise { silence, ..Surprise::default() };
        }
        let transition = bits(probability);
        let order = (transition - bits(self.vocabulary.probability(look.token))).max(0.0);
        // The share that surprised less, times the chance that something else would come: what was likely is never
        // unusual, however calm the past.
        let score = self.ranks.rank(transition) * (1.0 - probability.clamp(0.0, 1.0));
        Surprise { score, transition, order, silence, expected: Vec::new() }
    }

    /// Learns a step that had this probability, and returns the number of its token.
    pub(crate) fn learn(&mut self, step: SequenceStep<'_>, look: &Look, probability: f64) -> TokenId {
        let token = self.vocabulary.add(step.token);
        let mut start = token;
        if let Some(life) = self.entities.get(look.name) {
            if let Some(newest) = life.newest() {
                self.waits.end(newest, life.silent_for(step.at));
            }
        } else {
            start = self.vocabulary.add(&class_of(step.entity));
        }
        self.waits.begin(token);
        self.entities.push(look.name, start, token, step.at);
        if !look.is_repetition {
            self.vocabulary.count(token);
            self.ranks.learn(bits(probability));
        }
        token
    }

    /// See [`super::SequenceLearner::silence_score`].
    pub(crate) fn silence_score(&self, entity: &str, now: Timestamp) -> f64 {
        self.entities.get(hash(entity)).map_or(0.0, |life| self.overdue(life, now))
    }

    fn overdue(&self, life: &Life, now: Timestamp) -> f64 {
        life.newest().map_or(0.0, |newest| self.waits.overdue(newest, life.silent_for(now)))
    }

    /// Whether a learner that remembers the last `depth` tokens can be in this state.
    pub(crate) fn fits(&self, depth: usize) -> bool {
        let known = self.vocabulary.len();
        known > 0 && self.entities.fits(depth, known) && self.waits.fits(known) && self.ranks.fits()
    }
}

/// The token with which lives of a class begin.
fn class_of(entity: &str) -> String {
    format!("^{}", entity.split_once('/').map_or("", |(class, _)| class))
}

/// Surprise of something of this probability, in bits, `0.0..=1022.0`.
fn bits(probability: f64) -> f64 {
    // The maximum also takes care of what is not a number.
    -probability.clamp(f64::MIN_POSITIVE, 1.0).max(f64::MIN_POSITIVE).log2()
}
