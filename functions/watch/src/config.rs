//! Settings of the watch function.

use chiron_cluster::{Wanted, watch::WatchConfig};
use std::time::Duration;

/// Settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// What is watched, where it is served. Default all that the rules look at.
    pub wanted: Wanted,
    /// How it is watched.
    pub watch: WatchConfig,
    /// Events that are given to the sink at once, at most. Default 150: each is held three times while it is told.
    pub batch: usize,
    /// How long an event may wait for others. Default 200 ms.
    pub gather: Duration,
    /// After so long a silence the time is told. Default 5 s.
    pub pulse: Duration,
    /// First pause before the sink is asked again; it doubles. Default 100 ms.
    pub retry: Duration,
    /// Longest pause before the sink is asked again. Default 10 s.
    pub retry_limit: Duration,
    /// Logs of containers that crashed, in a minute at most; 0 reads none. Default 60.
    pub logs: usize,
    /// Logs that are read at the same time, at most. Default 4.
    pub logs_at_once: usize,
    /// The longest that one log may take. Default 10 s.
    pub log_patience: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            wanted: Wanted::default(),
            watch: WatchConfig::default(),
            batch: 150,
            gather: Duration::from_millis(200),
            pulse: Duration::from_secs(5),
            retry: Duration::from_millis(100),
            retry_limit: Duration::from_secs(10),
            logs: 60,
            logs_at_once: 4,
            log_patience: Duration::from_secs(10),
        }
    }
}
