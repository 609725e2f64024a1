//! How a forest grows.

use crate::hoeffding_tree::{HoeffdingTreeConfig, InvalidTreeConfig, MOST_BYTES, within};
use serde::{Deserialize, Serialize};

/// How an [`AdaptiveRandomForest`](super::AdaptiveRandomForest) grows.
///
/// The defaults are those of the paper, but for `delta_split`, for which it has 0.01: on streams of 10,000 samples 0.05
/// was right more often.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdaptiveRandomForestConfig {
    /// Number of trees, 1..=256. Default 10.
    pub trees: u16,
    /// Numbers in a sample, 1..=4096. Default 1.
    pub features: u16,
    /// Number of classes, 1..=256; a class is a number below it. Default 2.
    pub classes: u16,
    /// Features that a leaf looks at, `1..=features`. Default none: the root of their number, and one.
    pub subset: Option<u16>,
    /// Mean weight with which a tree learns a sample, in `0.1..=32`. Default 6.
    pub lambda: f64,
    /// Weight that a leaf learns between two looks for a split, at least 1. Default 50.
    pub grace_period: u32,
    /// Probability that a split is not the best one, in `1e-12..=0.5`. Default 0.05.
    pub delta_split: f64,
    /// Splits whose merits differ by less than this, in bits, are equally good, in `0..=1`. Default 0.05.
    pub tie_threshold: f64,
    /// Probability that a tree grows another one in its background for no reason, in `1e-12..=0.5`. Default 0.01.
    pub delta_warning: f64,
    /// Probability that a tree is replaced for no reason, in `1e-12..=0.5`. Default 0.001.
    pub delta_drift: f64,
    /// Inner nodes and leaves of a tree, 1..=65535. Default 511.
    pub max_nodes: u32,
    /// Where all that is random comes from. Default 1.
    pub seed: u64,
}

impl Default for AdaptiveRandomForestConfig {
    fn default() -> Self {
        Self {
            trees: 10,
            features: 1,
            classes: 2,
            subset: None,
            lambda: 6.0,
            grace_period: 50,
            delta_split: 0.05,
            tie_threshold: 0.05,
            delta_warning: 0.01,
            delta_drift: 0.001,
            max_nodes: 511,
            seed: 1,
        }
    }
}

impl AdaptiveRandomForestConfig {
    /// The default for samples of so many features and classes.
    #[must_use]
    pub fn of(features: u16, classes: u16) -> Self {
        Self { features, classes, ..Self::default() }
    }

    /// # Errors
    /// When a setting is out of its range.
    pub(super) fn check(&self) -> Result<(), InvalidTreeConfig> {
        let tree = self.tree(0);
        // Each tree may have another one in its background.
        let bytes = 2.0 * f64::from(self.trees) * tree.bytes();
        let ranges = [
            ("trees", self.trees.into(), 1.0, 256.0),
            ("features", self.features.into(), 1.0, 4096.0),
            ("classes", self.classes.into(), 1.0, 256.0),
            ("subset", tree.subset.into(), 1.0, self.features.into()),
            ("lambda", self.lambda, 0.1, 32.0),
            ("grace_period", self.grace_period.into(), 1.0, u32::MAX.into()),
            ("delta_split", self.delta_split, 1e-12, 0.5),
            ("tie_threshold", self.tie_threshold, 0.0, 1.0),
            ("delta_warning", self.delta_warning, 1e-12, 0.5),
            ("delta_drift", self.delta_drift, 1e-12, 0.5),
            ("max_nodes", self.max_nodes.into(), 1.0, 65535.0),
            ("bytes, which grow with trees * subset * classes * max_nodes,", bytes, 1.0, MOST_BYTES),
        ];
        within("adaptive random forest", &ranges)
    }

    /// How its trees grow.
    pub(super) fn tree(&self, seed: u64) -> HoeffdingTreeConfig {
        HoeffdingTreeConfig {
            features: self.features,
            classes: self.classes,
            subset: self.subset.unwrap_or_else(|| (self.features.isqrt() + 1).min(self.features)),
            grace_period: self.grace_period,
            delta: self.delta_split,
            tie_threshold: self.tie_threshold,
            max_nodes: self.max_nodes,
            smoothing: self.smoothing(),
            seed,
        }
    }

    /// As much as two samples weigh.
    #[expect(clippy::cast_possible_truncation, reason = "a small number")]
    fn smoothing(&self) -> f32 {
        2.0 * self.lambda as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_looks_at_the_root_of_the_features_and_one() {
        let subset = |features| AdaptiveRandomForestConfig::of(features, 2).tree(1).subset;

        assert_eq!([1, 2, 4, 10, 100].map(subset), [1, 2, 3, 4, 11]);
    }

    #[test]
    fn says_what_was_wanted_and_what_came() {
        let config = AdaptiveRandomForestConfig { lambda: 0.0, ..AdaptiveRandomForestConfig::default() };

        let error = config.check().unwrap_err().to_string();

        assert_eq!(error, "adaptive random forest: lambda must lie in 0.1..=32, got 0");
    }

    #[test]
    fn refuses_a_forest_that_would_fill_the_memory() {
        let large = AdaptiveRandomForestConfig { trees: 256, max_nodes: 65535, ..Default::default() };

        assert!(large.check().unwrap_err().to_string().contains("bytes"));
        assert_eq!(AdaptiveRandomForestConfig::of(100, 20).check(), Ok(()));
    }
}
