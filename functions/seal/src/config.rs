//! Settings of the seal function.

use std::time::Duration;

/// Settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How late an event may come, in the time of the events, and still take its true place. Default 2 min.
    pub lateness: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self { lateness: Duration::from_mins(2) }
    }
}
