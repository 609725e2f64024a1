//! A tree of the forest, and what is known of its errors.

use super::AdaptiveRandomForestConfig;
use crate::{
    Adwin,
    hoeffding_tree::{HoeffdingTree, Random},
};
use serde::{Deserialize, Serialize};

/// A tree, the two windows over its errors, and the tree that would replace it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) tree: HoeffdingTree,
    /// Grows since a warning.
    background: Option<HoeffdingTree>,
    warning: Adwin,
    drift: Adwin,
}

impl Member {
    pub(super) fn new(config: &AdaptiveRandomForestConfig, random: &mut Random) -> Self {
        Self {
            tree: planted(config, random),
            background: None,
            warning: Adwin::new(config.delta_warning),
            drift: Adwin::new(config.delta_drift),
        }
    }

    /// Share of the samples of late for which the tree told the class before it learned it, but never so little that
    /// the votes of a forest would be nothing.
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    pub(super) fn accuracy(&self) -> f32 {
        (1.0 - self.drift.mean()).clamp(0.01, 1.0) as f32
    }

    /// Both its trees learn a sample. Gives back whether the tree told another class.
    pub(super) fn learn_one(&mut self, features: &[f32], class: u16, weight: u32) -> bool {
        if let Some(background) = &mut self.background {
            background.learn_one(features, class, weight);
        }
        self.tree.learn_one(features, class, weight) != class
    }

    /// Whether it errs more than before, by the loose bound.
    pub(super) fn warns(&mut self, is_error: bool) -> bool {
        has_risen(&mut self.warning, is_error)
    }

    /// Whether it errs more than before, by the strict bound.
    pub(super) fn drifts(&mut self, is_error: bool) -> bool {
        has_risen(&mut self.drift, is_error)
    }

    /// Begins to grow a tree in the background.
    pub(super) fn prepare(&mut self, config: &AdaptiveRandomForestConfig, random: &mut Random) {
        self.background = Some(planted(config, random));
        self.warning = Adwin::new(config.delta_warning);
    }

    /// Goes on with the tree of the background, or with a new one.
    pub(super) fn replace(&mut self, config: &AdaptiveRandomForestConfig, random: &mut Random) {
        let background = self.background.take();
        let fresh = Self::new(config, random);
        *self = Self { tree: background.unwrap_or(fresh.tree), ..fresh };
    }

    /// Whether samples can have led to this member of such a forest.
    pub(super) fn is_possible(&self, config: &AdaptiveRandomForestConfig) -> bool {
        let is_ours = |tree: &HoeffdingTree| *tree.config() == config.tree(tree.config().seed);
        let trees = || [&self.tree].into_iter().chain(&self.background);
        trees().all(|tree| is_ours(tree) && tree.is_possible())
            && self.warning.is_possible()
            && self.drift.is_possible()
    }
}

fn planted(config: &AdaptiveRandomForestConfig, random: &mut Random) -> HoeffdingTree {
    HoeffdingTree::planted(config.tree(random.next()))
}

/// Fewer errors than before are a change too, but none to act on.
fn has_risen(errors: &mut Adwin, is_error: bool) -> bool {
    let before = errors.mean();
    errors.learn_one(if is_error { 1.0 } else { 0.0 }) && errors.mean() > before
}
