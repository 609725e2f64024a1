//! Replays recordings: reads them, runs every stage, publishes a dataset.

mod input;
mod progress;
mod reader;
mod run;
mod tables;

pub use input::{Input, InputFailed};
pub use progress::Progress;
pub use run::{DatasetFolder, Replay, ReplayError};
pub use tables::{incident_tables, print};

/// The recording that `chiron demo` replays: eight namespaces of a real cluster in one afternoon.
pub const AFTERNOON: &[u8] = include_bytes!("../../events/recordings/afternoon.ndjson.zst");
