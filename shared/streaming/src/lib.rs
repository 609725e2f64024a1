//! Online learning: what is unusual about a stream, with nothing but its past. No I/O, no clock.

mod adaptive_random_forest;
mod adwin;
mod change_point;
mod cleaning;
mod dampener;
#[cfg(feature = "neural")]
mod gru;
mod half_space_trees;
mod hoeffding_tree;
mod learner;
mod light;
mod profile;
mod rate;
mod sequence;
mod severity;
mod siblings;
mod snapshot;
mod threshold;
mod trend;

pub use adaptive_random_forest::{AdaptiveRandomForest, AdaptiveRandomForestConfig, Labelled, Prediction};
pub use adwin::Adwin;
pub use change_point::{ChangePoint, Shift};
pub use cleaning::{Cleaned, Cleaner, Drops, UnitChanged, UnitWatch, Why};
pub use dampener::{Dampener, Dampening, Ending, Onset, OnsetOutOfRange, Transition};
#[cfg(feature = "neural")]
pub use gru::{Epoch, GruSequence};
pub use half_space_trees::{Cuts, HalfSpaceTrees, HalfSpaceTreesConfig, InvalidConfig as InvalidShape};
pub use hoeffding_tree::{HoeffdingTree, HoeffdingTreeConfig, InvalidTreeConfig};
pub use learner::Learner;
pub use light::{CHANNELS, LightConfig, LightDetector, LightReading, SeasonConfig, TailConfig};
pub use profile::{Bad, Feature, Model, ModelSet, Profile, bad_of, kind_of, metric_type_of, unit_of};
pub use rate::{Burst, EventRate};
pub use sequence::{
    Expected, SILENT, SequenceDetector, SequenceLearner, SequenceStep, Surprise, UNUSUAL, evaluation,
    token_of,
};
pub use severity::{Scope, ceiling, severity};
pub use siblings::{Reading as SiblingReading, Siblings, Verdict};
pub use snapshot::{Snapshot, SnapshotError, as_snapshot};
pub use threshold::{Threshold, ThresholdState};
pub use trend::{Trend, TrendConfig, TrendEstimate};
