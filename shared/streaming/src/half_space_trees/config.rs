//! How a forest of half-space trees is shaped.

use serde::{Deserialize, Serialize};

/// Leaves of all trees together; at this size a forest takes 5 MiB.
const MOST_LEAVES: u32 = 1 << 20;

/// Shape of [`HalfSpaceTrees`](super::HalfSpaceTrees). Forests of equal shape can share their cuts.
///
/// The defaults (25 trees, windows of 250) are those of the paper, but for its depth of 15: at depth 8 a sample costs a
/// tenth, and on the Numenta Anomaly Benchmark the reference in Python finds no less with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfSpaceTreesConfig {
    /// Number of trees, 1..=1000. Default 25.
    pub trees: u16,
    /// Cuts between the root and a leaf, 1..=15. Default 8.
    pub depth: u8,
    /// Samples after which the trees change over to what was learned last, 10..=255. Default 250.
    pub window_size: u8,
    /// Numbers in a sample, 1..=1024. Default 1.
    pub features: u16,
    /// Where the cuts come from.
    pub seed: u64,
}

/// A forest cannot have such a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("half-space trees: {what} must lie in {least}..={most}, got {found}")]
pub struct InvalidConfig {
    what: &'static str,
    least: u32,
    most: u32,
    found: u32,
}

impl Default for HalfSpaceTreesConfig {
    fn default() -> Self {
        Self { trees: 25, depth: 8, window_size: 250, features: 1, seed: 1 }
    }
}

impl HalfSpaceTreesConfig {
    /// The default shape for samples of so many features.
    #[must_use]
    pub fn of(features: u16) -> Self {
        Self { features, ..Self::default() }
    }

    /// # Errors
    /// When a part of the shape is out of its range.
    pub(super) fn check(&self) -> Result<(), InvalidConfig> {
        within("trees", self.trees.into(), 1, 1000)?;
        within("depth", self.depth.into(), 1, 15)?;
        within("window_size", self.window_size.into(), 10, 255)?;
        within("features", self.features.into(), 1, 1024)?;
        within("trees * 2^depth", u32::from(self.trees) << self.depth, 1, MOST_LEAVES)
    }

    /// Leaves of one tree.
    pub(super) fn leaves(&self) -> usize {
        1 << self.depth
    }
}

fn within(what: &'static str, found: u32, least: u32, most: u32) -> Result<(), InvalidConfig> {
    if (least..=most).contains(&found) { Ok(()) } else { Err(InvalidConfig { what, least, most, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_wanted_and_what_came() {
        let config = HalfSpaceTreesConfig { depth: 16, ..HalfSpaceTreesConfig::default() };

        let error = config.check().unwrap_err().to_string();

        assert_eq!(error, "half-space trees: depth must lie in 1..=15, got 16");
    }

    #[test]
    fn refuses_a_forest_that_would_fill_the_memory() {
        let large = HalfSpaceTreesConfig { trees: 1000, depth: 15, ..HalfSpaceTreesConfig::default() };
        let paper = HalfSpaceTreesConfig { depth: 15, ..HalfSpaceTreesConfig::default() };

        assert!(large.check().is_err());
        assert_eq!(paper.check(), Ok(()));
    }
}
