//! How a tree grows.

use super::leaves::bytes_of_a_leaf;
use serde::{Deserialize, Serialize};

/// Classes are fewer than this, so that a vote fits on the stack.
pub(crate) const MOST_CLASSES: usize = 256;
/// Bytes that a tree, or the trees of a forest together, may take.
pub(crate) const MOST_BYTES: f64 = 268_435_456.0;

/// How a [`HoeffdingTree`](super::HoeffdingTree) grows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoeffdingTreeConfig {
    /// Numbers in a sample, 1..=4096.
    pub features: u16,
    /// Number of classes, 1..=256; a class is a number below it.
    pub classes: u16,
    /// Features that a leaf looks at, chosen at random for each leaf, `1..=features`. Default all.
    pub subset: u16,
    /// Weight that a leaf learns between two looks for a split, at least 1. Default 200.
    pub grace_period: u32,
    /// Probability that a split is not the best one, in `1e-12..=0.5`. Default 1e-7.
    pub delta: f64,
    /// Splits whose merits differ by less than this, in bits, are equally good, in `0..=1`. Default 0.05.
    pub tie_threshold: f64,
    /// Inner nodes and leaves, 1..=65535. Default 1023.
    pub max_nodes: u32,
    /// Weight that each class is assumed to have in each bin of a feature, so that naive Bayes is not certain after
    /// few samples, in `0.01..=1000`. Default 2.
    pub smoothing: f32,
    /// Where the subsets of features come from.
    pub seed: u64,
}

/// A tree or a forest of trees cannot be set so.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{of}: {what} must lie in {least}..={most}, got {found}")]
pub struct InvalidTreeConfig {
    of: &'static str,
    what: &'static str,
    least: f64,
    most: f64,
    found: f64,
}

/// A setting, what was found there, and the least and the most that it may be.
type Range = (&'static str, f64, f64, f64);

impl HoeffdingTreeConfig {
    /// The default for samples of so many features and classes.
    #[must_use]
    pub fn of(features: u16, classes: u16) -> Self {
        Self {
            features,
            classes,
            subset: features,
            grace_period: 200,
            delta: 1e-7,
            tie_threshold: 0.05,
            max_nodes: 1023,
            smoothing: 2.0,
            seed: 1,
        }
    }

    /// # Errors
    /// When a setting is out of its range.
    pub(super) fn check(&self) -> Result<(), InvalidTreeConfig> {
        let ranges = [
            ("features", self.features.into(), 1.0, 4096.0),
            ("classes", self.classes.into(), 1.0, 256.0),
            ("subset", self.subset.into(), 1.0, self.features.into()),
            ("grace_period", self.grace_period.into(), 1.0, u32::MAX.into()),
            ("delta", self.delta, 1e-12, 0.5),
            ("tie_threshold", self.tie_threshold, 0.0, 1.0),
            ("max_nodes", self.max_nodes.into(), 1.0, 65535.0),
            ("smoothing", self.smoothing.into(), 0.01, 1000.0),
            ("bytes, which grow with subset * classes * max_nodes,", self.bytes(), 1.0, MOST_BYTES),
        ];
        within("hoeffding tree", &ranges)
    }

    /// Bytes of the leaves of a full tree.
    pub(crate) fn bytes(&self) -> f64 {
        let leaves = f64::from(self.max_nodes.div_ceil(2));
        leaves * bytes_of_a_leaf(self.subset, self.classes)
    }
}

/// # Errors
/// When a setting of `of` is out of its range.
pub(crate) fn within(of: &'static str, ranges: &[Range]) -> Result<(), InvalidTreeConfig> {
    let wrong = ranges.iter().find(|(_, found, least, most)| !(least..=most).contains(&found));
    match wrong {
        Some(&(what, found, least, most)) => Err(InvalidTreeConfig { of, what, least, most, found }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_wanted_and_what_came() {
        let config = HoeffdingTreeConfig { subset: 11, ..HoeffdingTreeConfig::of(10, 2) };

        let error = config.check().unwrap_err().to_string();

        assert_eq!(error, "hoeffding tree: subset must lie in 1..=10, got 11");
    }

    #[test]
    fn refuses_what_is_no_number() {
        let config = HoeffdingTreeConfig { delta: f64::NAN, ..HoeffdingTreeConfig::of(10, 2) };

        assert!(config.check().is_err());
    }

    #[test]
    fn refuses_a_tree_that_would_fill_the_memory() {
        let config = HoeffdingTreeConfig { max_nodes: 65535, ..HoeffdingTreeConfig::of(4096, 256) };

        assert!(config.check().unwrap_err().to_string().contains("bytes"));
    }
}
