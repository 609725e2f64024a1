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

/// The recording that `chiron demo` replays: eight namespaces of a real cluster in one afternoon.
pub const AFTERNOON: &[u8] = include_bytes!("../../events/recordings/afternoon.ndjson.zst");
