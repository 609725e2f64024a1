//! Replays recordings: reads them, runs every stage, publishes a dataset.

mod folder;
mod input;
mod measured;
mod progress;
mod reader;
mod run;
mod steps;
mod tables;

pub use folder::{DatasetFolder, FolderFailed};
pub use input::{Input, InputFailed};
pub use progress::Progress;
pub(crate) use reader::{Batch, read};
pub use run::{Replay, ReplayError};
pub use tables::{incident_tables, print};

/// A recording that `chiron demo` replays: metrics and events of a workload whose memory leaks.
pub const LEAK: &[u8] = include_bytes!("../../events/recordings/metrics/leak.ndjson.zst");

/// A recording that `chiron demo` replays: eight namespaces of a real cluster in one afternoon.
pub const AFTERNOON: &[u8] = include_bytes!("../../events/recordings/afternoon.ndjson.zst");
