//! A decision tree that grows with its stream.

mod config;
mod histogram;
mod leaves;
mod merit;
mod nodes;
mod random;

pub use config::{HoeffdingTreeConfig, InvalidTreeConfig};
pub(crate) use config::{MOST_BYTES, MOST_CLASSES, within};
pub(crate) use random::Random;

use leaves::{Leaves, Offer};
use merit::hoeffding_bound;
use nodes::{Fork, Nodes};
use serde::{Deserialize, Serialize};

/// Leaves so deep are not split.
const DEEPEST: u8 = 64;

/// Tells the class of samples by a tree that splits a leaf once it has seen enough to know the best split.
///
/// Features are numbers of any unit. One that is missing (NaN, or left out at the end) is led to the heavier side of a
/// split and otherwise not looked at; infinite ones are led to their side. Further features are ignored. A leaf tells
/// the class by the weight of its classes or by naive Bayes, whichever was right more often.
///
/// Source: Domingos and Hulten, Mining High-Speed Data Streams, KDD 2000; leaves: Holmes, Kirkby and Pfahringer,
/// Stress-Testing Hoeffding Trees, PKDD 2005.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoeffdingTree {
    config: HoeffdingTreeConfig,
    nodes: Nodes,
    leaves: Leaves,
    random: Random,
    /// What the splits by each feature were worth, in bits times weight.
    merits: Vec<f64>,
}

impl HoeffdingTree {
    /// A tree that has learned nothing.
    ///
    /// # Errors
    /// When a setting is out of its range.
    pub fn new(config: HoeffdingTreeConfig) -> Result<Self, InvalidTreeConfig> {
        config.check()?;
        Ok(Self::planted(config))
    }

    /// As `new`, for settings that were checked.
    pub(crate) fn planted(config: HoeffdingTreeConfig) -> Self {
        let mut leaves = Leaves::new(&config);
        let mut random = Random::new(config.seed);
        leaves.add(0, &vec![0; config.classes.into()], &mut random);
        let merits = vec![0.0; config.features.into()];
        Self { config, nodes: Nodes::new(), leaves, random, merits }
    }

    /// Writes the probability of each class; places beyond the classes become 0. Gives back the likeliest class.
    pub fn predict_into(&self, features: &[f32], probabilities: &mut [f32]) -> u16 {
        let mut vote = [0.0; MOST_CLASSES];
        let class = self.vote(features, &mut vote);
        let all = vote.iter().chain(std::iter::repeat(&0.0));
        probabilities.iter_mut().zip(all).for_each(|(place, probability)| *place = *probability);
        class
    }

    /// The probability of each class, at the start of `vote`.
    pub(crate) fn vote(&self, features: &[f32], vote: &mut [f32; MOST_CLASSES]) -> u16 {
        let vote = &mut vote[..self.config.classes.into()];
        let (_, leaf) = self.nodes.find(features);
        self.leaves.majority(leaf, vote);
        let tally = self.leaves.tally(leaf);
        if tally.bayes_right >= tally.majority_right {
            self.leaves.bayes(leaf, features, self.config.smoothing, vote);
        }
        let sum: f32 = vote.iter().sum();
        for likelihood in vote.iter_mut() {
            *likelihood /= sum;
        }
        largest(vote)
    }

    /// Learns that a sample is of a class, and gives back which class it would have told before. A weight of 0 and a
    /// class that the tree does not know are not learned.
    pub fn learn_one(&mut self, features: &[f32], class: u16, weight: u32) -> u16 {
        let (node, leaf) = self.nodes.find(features);
        let mut likelihoods = [0.0; MOST_CLASSES];
        let likelihoods = &mut likelihoods[..self.config.classes.into()];
        self.leaves.majority(leaf, likelihoods);
        let by_majority = largest(likelihoods);
        self.leaves.bayes(leaf, features, self.config.smoothing, likelihoods);
        let by_bayes = largest(likelihoods);
        let tally = self.leaves.tally_mut(leaf);
        let told = if tally.bayes_right >= tally.majority_right { by_bayes } else { by_majority };
        if weight == 0 || class >= self.config.classes {
            return told;
        }
        let if_right = |told| if told == class { weight } else { 0 };
        tally.majority_right = tally.majority_right.saturating_add(if_right(by_majority));
        tally.bayes_right = tally.bayes_right.saturating_add(if_right(by_bayes));
        self.leaves.learn(leaf, features, class.into(), weight);
        self.grow(node, leaf);
        told
    }

    /// How it grows.
    #[must_use]
    pub fn config(&self) -> &HoeffdingTreeConfig {
        &self.config
    }

    /// Number of its inner nodes and leaves.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// What the splits by each feature were worth: bits that they told about a class, times the weight of what they
    /// were told of.
    #[must_use]
    pub fn merits(&self) -> &[f64] {
        &self.merits
    }

    /// Whether samples can have led to this tree; one read from damaged bytes may be any.
    pub(crate) fn is_possible(&self) -> bool {
        let Some(depths) = self.nodes.depths(self.config.features) else { return false };
        let leaves = || (0..).zip(&depths);
        self.config.check().is_ok()
            && self.nodes.len() <= self.config.max_nodes as usize
            && self.leaves.is_possible(&self.config, depths.len())
            && leaves().all(|(leaf, depth)| self.leaves.tally(leaf).depth == *depth && *depth <= DEEPEST)
            && self.merits.len() == usize::from(self.config.features)
            && self.merits.iter().all(|merit| merit.is_finite() && *merit >= 0.0)
    }

    /// Splits a leaf, if it is time to look for a split and the best one is good enough.
    fn grow(&mut self, node: usize, leaf: usize) {
        let tally = self.leaves.tally_mut(leaf);
        if tally.learned - tally.looked < self.config.grace_period {
            return;
        }
        tally.looked = tally.learned;
        let has_room = tally.depth < DEEPEST && self.nodes.len() + 2 <= self.config.max_nodes as usize;
        let classes = self.leaves.weights(leaf).iter().filter(|weight| **weight > 0).count();
        if !has_room || classes < 2 {
            return;
        }
        let Some(offer) = self.leaves.best_split(leaf) else { return };
        let weight: f64 = self.leaves.weights(leaf).iter().map(|weight| f64::from(*weight)).sum();
        let range = f64::from(u16::try_from(classes).unwrap_or(u16::MAX)).log2();
        let bound = hoeffding_bound(range, self.config.delta, weight);
        if offer.lead > bound || bound < self.config.tie_threshold {
            self.merits[usize::from(offer.feature)] += offer.cut.merit * weight;
            self.split(node, leaf, &offer);
        }
    }

    fn split(&mut self, node: usize, leaf: usize, offer: &Offer) {
        let depth = self.leaves.tally(leaf).depth + 1;
        let [left, right] = &offer.sides;
        let weight = |side: &[u32]| side.iter().map(|weight| u64::from(*weight)).sum::<u64>();
        self.leaves.begin(leaf, depth, left, &mut self.random);
        let added = self.leaves.add(depth, right, &mut self.random);
        let fork = Fork {
            feature: offer.feature,
            threshold: offer.cut.threshold,
            missing_right: weight(right) > weight(left),
            leaves: [u32::try_from(leaf).unwrap_or(u32::MAX), added],
        };
        self.nodes.split(node, &fork);
    }
}

/// The place of the largest number, the first of equal ones.
pub(crate) fn largest(numbers: &[f32]) -> u16 {
    let mut largest = (0, f32::NEG_INFINITY);
    for (place, number) in (0..).zip(numbers) {
        if *number > largest.1 {
            largest = (place, *number);
        }
    }
    largest.0
}
