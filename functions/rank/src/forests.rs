//! The forests: is it real, and of which family is its cause?

use crate::features::FEATURES;
use chiron_events::FeedbackVerdict;
use chiron_model::{LabelType, Score};
use chiron_streaming::{AdaptiveRandomForest, AdaptiveRandomForestConfig, Learner, as_snapshot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Classes of the forest that tells what is real.
const NOISE: u16 = 0;
const EXPECTED: u16 = 1;
const REAL: u16 = 2;
/// Evidence at which a forest counts as much as the detector's own score.
const HALF: f64 = 20.0;
/// Examples of a family before it is named.
const FEW: u64 = 5;

/// A forest for all, and one for each family of causes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Forests {
    #[serde(with = "as_snapshot")]
    real: AdaptiveRandomForest,
    families: BTreeMap<LabelType, Family>,
    learned: u64,
}

/// The forest of one family: anomalies of incidents with such a cause, against all others that were real.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Family {
    #[serde(with = "as_snapshot")]
    forest: AdaptiveRandomForest,
    examples: u64,
}

impl PartialEq for Forests {
    fn eq(&self, other: &Self) -> bool {
        self.learned == other.learned
            && self.families == other.families
            && self.real.snapshot() == other.real.snapshot()
    }
}

impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.examples == other.examples && self.forest.snapshot() == other.forest.snapshot()
    }
}

impl Default for Forests {
    fn default() -> Self {
        Self { real: forest(3, 1), families: BTreeMap::new(), learned: 0 }
    }
}

/// Few examples must suffice: people do not judge thousands of anomalies.
#[expect(clippy::expect_used, reason = "the shape is in range; a test builds it")]
fn forest(classes: u16, seed: u64) -> AdaptiveRandomForest {
    let config = AdaptiveRandomForestConfig {
        features: FEATURES,
        classes,
        grace_period: 10,
        seed,
        ..AdaptiveRandomForestConfig::default()
    };
    AdaptiveRandomForest::new(config).expect("the shape is in range")
}

impl Forests {
    /// How likely it is real: the detector's own score, and more and more what was learned.
    pub(crate) fn priority(&self, features: &[f32], own: Score) -> Score {
        #[expect(clippy::cast_precision_loss, reason = "judgements are few")]
        let learned = self.learned as f64;
        let weight = learned / (learned + HALF);
        Score::clamped((1.0 - weight) * own.value() + weight * self.probability(features))
    }

    /// How likely it is real, by what was learned alone.
    pub(crate) fn probability(&self, features: &[f32]) -> f64 {
        let prediction = self.real.predict_one(features);
        prediction.probabilities.get(usize::from(REAL)).copied().map_or(0.5, f64::from)
    }

    /// Families that others like it had, the likeliest first.
    pub(crate) fn families(&self, features: &[f32]) -> Vec<(LabelType, Score)> {
        let known = self.families.iter().filter(|(_, family)| family.examples >= FEW);
        let mut found: Vec<(LabelType, Score)> = known
            .map(|(ty, family)| {
                let prediction = family.forest.predict_one(features);
                (*ty, Score::clamped(prediction.probabilities.get(1).copied().map_or(0.0, f64::from)))
            })
            .filter(|(_, score)| score.value() >= 0.5)
            .collect();
        found.sort_by(|one, other| other.1.value().total_cmp(&one.1.value()));
        found
    }

    /// Learns what a person said.
    pub(crate) fn learn(&mut self, features: &[f32], verdict: FeedbackVerdict) {
        let class = match verdict {
            FeedbackVerdict::True => REAL,
            FeedbackVerdict::False => NOISE,
            FeedbackVerdict::Expected => EXPECTED,
        };
        self.real.learn_one(features, class);
        self.learned = self.learned.saturating_add(1);
    }

    /// Learns that it was part of real trouble with such a cause.
    pub(crate) fn prove(&mut self, features: &[f32], family: LabelType) {
        self.learn(features, FeedbackVerdict::True);
        for ty in LabelType::ALL {
            let is_own = ty == family;
            if !is_own && !self.families.contains_key(&ty) {
                continue;
            }
            let seed = 2 + ty as u64;
            let known =
                self.families.entry(ty).or_insert_with(|| Family { forest: forest(2, seed), examples: 0 });
            known.forest.learn_one(features, u16::from(is_own));
            known.examples = known.examples.saturating_add(u64::from(is_own));
        }
    }

    /// Outcomes and judgements that were learned.
    pub(crate) fn learned(&self) -> u64 {
        self.learned
    }

    /// How many examples of each family were learned.
    pub(crate) fn examples(&self) -> BTreeMap<LabelType, u64> {
        self.families.iter().map(|(ty, family)| (*ty, family.examples)).collect()
    }
}
