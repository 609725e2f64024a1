//! Online learning: what is unusual about a stream, with nothing but its past. No I/O, no clock.

mod cleaning;
mod dampener;
mod half_space_trees;
mod learner;
mod light;
mod profile;
mod rate;
mod severity;
mod siblings;
mod snapshot;
mod threshold;

pub use cleaning::{Cleaned, Cleaner, Drops, UnitChanged, UnitWatch, Why};
pub use dampener::{Dampener, Dampening, Ending, Onset, OnsetOutOfRange, Transition};
pub use half_space_trees::{Cuts, HalfSpaceTrees, HalfSpaceTreesConfig, InvalidConfig as InvalidShape};
pub use learner::Learner;
pub use light::{CHANNELS, LightConfig, LightDetector, LightReading, SeasonConfig, TailConfig};
pub use profile::{Bad, Feature, Model, ModelSet, Profile, bad_of, kind_of, metric_type_of, unit_of};
pub use rate::{Burst, EventRate};
pub use severity::{Scope, ceiling, severity};
pub use siblings::{Reading as SiblingReading, Siblings, Verdict};
pub use snapshot::{Snapshot, SnapshotError, as_snapshot};
pub use threshold::{Threshold, ThresholdState};
