//! Half-space trees of irithyll, with the settings of their paper.

use chiron::bench::{Entrant, Scorer};
use chiron_model::Timestamp;
use irithyll::{HSTConfig, HalfSpaceTree};

/// Rows of a window. Before the first is full every score is 1, so nothing is said.
const WINDOW: usize = 250;
/// The crate's own threshold.
const THRESHOLD: f64 = 0.5;

/// Those that enter the benchmarks.
pub(crate) fn entrants() -> Vec<Entrant> {
    vec![Entrant::of("irithyll HST 25x8", Some(THRESHOLD), HalfSpaceTrees::default)]
}

/// 25 trees of depth 8. Values are scaled to `0..=1` by the least and the greatest so far.
#[derive(Clone)]
pub(crate) struct HalfSpaceTrees {
    trees: HalfSpaceTree,
    least: f64,
    greatest: f64,
    seen: usize,
}

/// The trees for that many features.
pub(crate) fn trees(features: usize) -> HalfSpaceTree {
    HalfSpaceTree::new(HSTConfig::new(features).n_trees(25).max_depth(8).window_size(WINDOW))
}

impl Default for HalfSpaceTrees {
    fn default() -> Self {
        Self { trees: trees(1), least: f64::INFINITY, greatest: f64::NEG_INFINITY, seen: 0 }
    }
}

impl Scorer for HalfSpaceTrees {
    fn name(&self) -> &'static str {
        "irithyll HST 25x8"
    }

    fn score(&mut self, _at: Timestamp, value: f64) -> f64 {
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        let range = self.greatest - self.least;
        let scaled = if range > 0.0 { (value - self.least) / range } else { 0.5 };
        let score = self.trees.score_and_update(&[scaled]).score;
        self.seen += 1;
        if self.seen > WINDOW { score } else { 0.0 }
    }
}
