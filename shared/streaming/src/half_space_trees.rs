//! What is unusual about several numbers together.

mod attribution;
mod config;
mod cuts;
mod masses;
mod packing;
mod scaler;

pub use config::{HalfSpaceTreesConfig, InvalidConfig};
pub use cuts::Cuts;

use crate::{Learner, Snapshot, SnapshotError};
use masses::{Masses, PackedMasses};
use scaler::FeatureScaler;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Scores samples of several features by how few of the last window's samples fell near them.
///
/// Each tree cuts the space of samples in halves, feature by feature, and counts what falls where; samples in thin
/// places score high. Features may have any unit: each is scaled by its own running range. A missing feature (NaN, or
/// left out at the end) counts as an ordinary one and is not learned; further features are ignored.
///
/// Scores lie in 0..=1 and are 0 until a first window is full. They crowd near 1, so compare them by rank or by
/// `-log10(1 - score)`. Source: Tan, Ting and Liu, Fast anomaly detection for streaming data, IJCAI 2011: the score
/// is that of section 3, by terminal nodes.
#[derive(Clone, Debug)]
pub struct HalfSpaceTrees {
    cuts: Arc<Cuts>,
    scaler: FeatureScaler,
    masses: Masses,
    /// Room for the sample at hand, so that a step allocates nothing.
    scaled: Vec<u16>,
}

/// How a forest is written: without its cuts, which follow from the shape.
#[derive(Serialize, Deserialize)]
struct State {
    config: HalfSpaceTreesConfig,
    scaler: FeatureScaler,
    masses: PackedMasses,
}

impl HalfSpaceTrees {
    /// A forest of this shape that has learned nothing, with cuts of its own.
    ///
    /// # Errors
    /// When a part of the shape is out of its range.
    pub fn new(config: HalfSpaceTreesConfig) -> Result<Self, InvalidConfig> {
        Ok(Self::with_cuts(Cuts::new(config)?))
    }

    /// A forest that has learned nothing, with cuts that other forests may use too.
    #[must_use]
    pub fn with_cuts(cuts: Arc<Cuts>) -> Self {
        let config = cuts.config();
        let (scaler, masses) = (FeatureScaler::new(config.features), Masses::new(config));
        Self { scaled: vec![0; config.features.into()], cuts, scaler, masses }
    }

    /// As [`Learner::restore`], but uses `cuts` if they are for the shape of the snapshot.
    ///
    /// # Errors
    /// When the snapshot is of another learner, of a newer version, or damaged.
    pub fn restore_with(cuts: &Arc<Cuts>, snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let impossible = |what| SnapshotError::Impossible(Self::NAME, what);
        let State { config, scaler, masses } = snapshot.read(Self::NAME, Self::VERSION)?;
        let cuts = if *cuts.config() == config {
            Arc::clone(cuts)
        } else {
            Cuts::new(config).map_err(|_| impossible("no forest has its shape"))?
        };
        if !scaler.is_possible(config.features) {
            return Err(impossible("the ranges of its features are not ranges"));
        }
        let masses =
            Masses::unpack(&config, &masses).ok_or_else(|| impossible("masses of leaves are missing"))?;
        Ok(Self { scaled: vec![0; config.features.into()], cuts, scaler, masses })
    }

    /// Its shape.
    #[must_use]
    pub fn config(&self) -> &HalfSpaceTreesConfig {
        self.cuts.config()
    }

    /// Whether a first window is full, so that scores say something.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.masses.is_warm()
    }

    /// Scores a sample, then learns it; as `score_one` and `learn_one`, at half the cost.
    pub fn step(&mut self, sample: &[f32]) -> f64 {
        let Self { cuts, scaler, masses, scaled } = self;
        scaler.scale(sample, scaled);
        let sum = masses.sum_and_count(cuts.trees().map(|tree| tree.leaf(scaled)));
        let score = masses.score(sum);
        scaler.learn(sample);
        if masses.end_sample() {
            scaler.shrink();
        }
        score
    }

    /// The share of each feature in the score of a sample; together 1, or all 0 when the score is 0.
    ///
    /// By ablation: how much more ordinary the sample becomes when the feature takes its middle value, and how much
    /// less ordinary the middle of everything becomes when it takes the feature's value.
    #[must_use]
    pub fn attribute(&self, sample: &[f32]) -> Vec<f32> {
        let scaled = self.scaled(sample);
        let sum = self.sum(&scaled);
        if self.masses.score(sum) <= 0.0 {
            return vec![0.0; scaled.len()];
        }
        attribution::shares(scaled, self.scaler.middles(), |sample| self.sum(sample))
    }

    fn scaled(&self, sample: &[f32]) -> Vec<u16> {
        let mut scaled = vec![0; self.scaled.len()];
        self.scaler.scale(sample, &mut scaled);
        scaled
    }

    fn sum(&self, scaled: &[u16]) -> u64 {
        self.masses.sum(self.cuts.trees().map(|tree| tree.leaf(scaled)))
    }
}

impl Learner for HalfSpaceTrees {
    type Input<'a> = &'a [f32];
    type Score = f64;
    const NAME: &'static str = "half-space-trees";
    const VERSION: u16 = 1;

    fn score_one(&self, sample: &[f32]) -> f64 {
        self.masses.score(self.sum(&self.scaled(sample)))
    }

    fn learn_one(&mut self, sample: &[f32]) {
        self.step(sample);
    }

    fn snapshot(&self) -> Snapshot {
        let state = State { config: *self.config(), scaler: self.scaler.clone(), masses: self.masses.pack() };
        Snapshot::of(Self::NAME, Self::VERSION, &state)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let state: State = snapshot.read(Self::NAME, Self::VERSION)?;
        let cuts = Cuts::new(state.config)
            .map_err(|_| SnapshotError::Impossible(Self::NAME, "no forest has its shape"))?;
        Self::restore_with(&cuts, snapshot)
    }
}
