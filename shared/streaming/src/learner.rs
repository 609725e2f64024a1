//! What a learner is.

use crate::{Snapshot, SnapshotError};

/// Learns from one thing at a time, and says how unusual it is.
///
/// Score first, then learn. Equal inputs after equal snapshots give equal scores, bit for bit: seeds are explicit, there
/// is no clock and no look ahead. Memory is bounded, whatever comes.
pub trait Learner: Sized {
    /// What it learns from.
    type Input<'a>;
    /// What it says of an input.
    type Score;
    /// Name of the kind of learner in snapshots, such as `half-space-trees`.
    const NAME: &'static str;
    /// Version of the form in which it is written. Every older version can be read.
    const VERSION: u16;

    /// How unusual the input is, by what was learned so far. Changes nothing.
    fn score_one(&self, input: Self::Input<'_>) -> Self::Score;

    /// Learns the input.
    fn learn_one(&mut self, input: Self::Input<'_>);

    /// All that was learned.
    fn snapshot(&self) -> Snapshot;

    /// The learner that wrote the snapshot, bit for bit.
    ///
    /// # Errors
    /// When the snapshot is of another learner, of a newer version, or damaged.
    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError>;
}
