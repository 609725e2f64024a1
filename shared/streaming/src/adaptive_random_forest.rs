//! Learns to tell classes apart, and anew when they change.

mod config;
mod member;
mod poisson;

pub use config::AdaptiveRandomForestConfig;

use crate::{
    Learner, Snapshot, SnapshotError,
    hoeffding_tree::{InvalidTreeConfig, MOST_CLASSES, Random, largest},
};
use member::Member;
use poisson::Poisson;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Trees that each learn the samples with weights of their own and vote for a class.
///
/// A tree that errs more than before is replaced by one that grows since it began to; the vote of a tree counts by the
/// share of late samples it was right about. Features are numbers of any unit; one that is missing (NaN, or left out
/// at the end) is no harm, and further ones are ignored.
///
/// Source: Gomes et al., Adaptive random forests for evolving data stream classification, Machine Learning 106, 2017.
/// As in its authors' program, and other than in the paper, only a rise of errors is a warning or a drift.
#[derive(Clone, Debug)]
pub struct AdaptiveRandomForest {
    config: AdaptiveRandomForestConfig,
    members: Vec<Member>,
    poisson: Poisson,
    random: Random,
    learned: u64,
}

/// Which class a sample is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The likeliest class, the first of equally likely ones.
    pub class: u16,
    /// The probability of each class, together 1.
    pub probabilities: Vec<f32>,
}

/// A sample, and its class if that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Labelled<'a> {
    /// One number for each feature, NaN where it is missing.
    pub features: &'a [f32],
    /// A number below the number of classes.
    pub class: Option<u16>,
}

/// How a forest is written.
#[derive(Serialize, Deserialize)]
struct State<'a> {
    config: AdaptiveRandomForestConfig,
    members: Cow<'a, [Member]>,
    random: Random,
    learned: u64,
}

impl AdaptiveRandomForest {
    /// A forest that has learned nothing.
    ///
    /// # Errors
    /// When a setting is out of its range.
    pub fn new(config: AdaptiveRandomForestConfig) -> Result<Self, InvalidTreeConfig> {
        config.check()?;
        let mut random = Random::new(config.seed);
        let members = (0..config.trees).map(|_| Member::new(&config, &mut random)).collect();
        Ok(Self { config, members, poisson: Poisson::new(config.lambda), random, learned: 0 })
    }

    /// Which class a sample is of.
    #[must_use]
    pub fn predict_one(&self, features: &[f32]) -> Prediction {
        let mut probabilities = vec![0.0; self.config.classes.into()];
        let class = self.predict_into(features, &mut probabilities);
        Prediction { class, probabilities }
    }

    /// Writes the probability of each class, without allocating; places beyond the classes become 0. Gives back the
    /// likeliest class.
    pub fn predict_into(&self, features: &[f32], probabilities: &mut [f32]) -> u16 {
        let mut sums = [0.0; MOST_CLASSES];
        let sums = &mut sums[..self.config.classes.into()];
        let mut vote = [0.0; MOST_CLASSES];
        for member in &self.members {
            member.tree.vote(features, &mut vote);
            let accuracy = member.accuracy();
            sums.iter_mut().zip(&vote).for_each(|(sum, vote)| *sum += accuracy * vote);
        }
        let all: f32 = sums.iter().sum();
        let shares = sums.iter().map(|sum| sum / all).chain(std::iter::repeat(0.0));
        probabilities.iter_mut().zip(shares).for_each(|(place, share)| *place = share);
        largest(sums)
    }

    /// Learns that a sample is of a class. One that the forest does not know is not learned.
    pub fn learn_one(&mut self, features: &[f32], class: u16) {
        if class >= self.config.classes {
            return;
        }
        let Self { config, members, poisson, random, learned } = self;
        for member in members {
            let is_error = member.learn_one(features, class, poisson.draw(random));
            if member.warns(is_error) {
                member.prepare(config, random);
            }
            if member.drifts(is_error) {
                member.replace(config, random);
            }
        }
        *learned = learned.saturating_add(1);
    }

    /// How it grows.
    #[must_use]
    pub fn config(&self) -> &AdaptiveRandomForestConfig {
        &self.config
    }

    /// Number of samples that it learned.
    #[must_use]
    pub fn learned(&self) -> u64 {
        self.learned
    }

    /// Number of inner nodes and leaves of the trees that vote.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.members.iter().map(|member| member.tree.nodes()).sum()
    }

    /// The share of each feature in what the splits of all trees are worth; together 1, and equal as long as there is
    /// no split.
    #[must_use]
    pub fn importance(&self) -> Vec<f32> {
        let mut sums = vec![0.0; self.config.features.into()];
        for member in &self.members {
            sums.iter_mut().zip(member.tree.merits()).for_each(|(sum, merit)| *sum += merit);
        }
        let all: f64 = sums.iter().sum();
        let equal = 1.0 / f64::from(self.config.features);
        sums.into_iter().map(|sum| single(if all > 0.0 { sum / all } else { equal })).collect()
    }
}

impl Learner for AdaptiveRandomForest {
    type Input<'a> = Labelled<'a>;
    type Score = Prediction;
    const NAME: &'static str = "adaptive-random-forest";
    const VERSION: u16 = 1;

    fn score_one(&self, input: Labelled<'_>) -> Prediction {
        self.predict_one(input.features)
    }

    /// Learns a sample whose class is known; another one changes nothing.
    fn learn_one(&mut self, input: Labelled<'_>) {
        if let Some(class) = input.class {
            self.learn_one(input.features, class);
        }
    }

    fn snapshot(&self) -> Snapshot {
        let Self { config, members, poisson: _, random, learned } = self;
        let state = State {
            config: *config,
            members: Cow::Borrowed(members),
            random: random.clone(),
            learned: *learned,
        };
        Snapshot::of(Self::NAME, Self::VERSION, &state)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let impossible = |what| SnapshotError::Impossible(Self::NAME, what);
        let State { config, members, random, learned } = snapshot.read(Self::NAME, Self::VERSION)?;
        let members = members.into_owned();
        config.check().map_err(|_| impossible("no forest is set so"))?;
        if members.len() != usize::from(config.trees) {
            return Err(impossible("trees are missing"));
        }
        if !members.iter().all(|member| member.is_possible(&config)) {
            return Err(impossible("no samples lead to one of its trees"));
        }
        Ok(Self { config, members, poisson: Poisson::new(config.lambda), random, learned })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share")]
fn single(share: f64) -> f32 {
    share as f32
}
