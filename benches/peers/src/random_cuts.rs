//! Detectors of rcf3: a random cut forest and an online isolation forest, with the settings of their documentation.

use chiron::bench::{Entrant, Scorer};
use chiron_model::Timestamp;
use rcf3::{Forest, OnlineIForest};

/// Rows before an online isolation forest says anything: its first scores are the highest there are.
const WARM_UP: u64 = 100;
const SEED: u64 = 1;

/// Those that enter the benchmarks. Neither has a threshold that its authors recommend.
pub(crate) fn entrants() -> Vec<Entrant> {
    vec![
        Entrant::of("rcf3 Forest 50x256", None, RandomCutForest::default),
        Entrant::of("rcf3 OnlineIForest 32", None, IsolationForest::default),
    ]
}

/// 50 trees of 256 points, no shingles, which does best of the lengths 1, 4 and 24.
#[derive(Clone)]
pub(crate) struct RandomCutForest(Option<Forest>);

/// 32 trees over the last 2,048 points.
#[derive(Clone)]
pub(crate) struct IsolationForest(Option<OnlineIForest>);

/// A random cut forest for that many features.
pub(crate) fn forest(features: usize) -> Option<Forest> {
    Forest::builder(features).num_trees(50).capacity(256).shingle_size(1).seed(SEED).build().ok()
}

/// An online isolation forest for that many features.
pub(crate) fn isolation_forest(features: usize) -> Option<OnlineIForest> {
    OnlineIForest::builder(features).num_trees(32).window_size(2_048).seed(SEED).build().ok()
}

impl Default for RandomCutForest {
    fn default() -> Self {
        Self(forest(1))
    }
}

impl Default for IsolationForest {
    fn default() -> Self {
        Self(isolation_forest(1))
    }
}

impl Scorer for RandomCutForest {
    fn name(&self) -> &'static str {
        "rcf3 Forest 50x256"
    }

    fn score(&mut self, _at: Timestamp, value: f64) -> f64 {
        // It scores first, then learns; nought before it has seen 65 points.
        let score = self.0.as_mut().and_then(|it| it.update_and_score(&[single(value)]).ok());
        score.map_or(0.0, squashed)
    }
}

impl Scorer for IsolationForest {
    fn name(&self) -> &'static str {
        "rcf3 OnlineIForest 32"
    }

    fn score(&mut self, _at: Timestamp, value: f64) -> f64 {
        let Some(forest) = self.0.as_mut() else { return 0.0 };
        // It learns first, then scores, as its paper has it.
        let score = forest.update_and_score(&[single(value)]).ok();
        score.filter(|_| forest.entries_seen() > WARM_UP).map_or(0.0, |it| it.clamp(0.0, 1.0))
    }
}

/// Into `0.0..1.0`, in the same order.
fn squashed(score: f64) -> f64 {
    if score.is_finite() && score > 0.0 { score / (1.0 + score) } else { 0.0 }
}

/// The crate counts in single precision.
#[expect(clippy::cast_possible_truncation, reason = "that is what the crate takes")]
pub(crate) fn single(value: f64) -> f32 {
    value as f32
}
