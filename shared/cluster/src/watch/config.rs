//! Settings of the watch.

use super::QuietRule;
use std::time::Duration;

/// Settings of the watch of one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchConfig {
    /// Namespaces that are watched. Default none, which means the whole cluster with one watch a kind.
    pub namespaces: Vec<String>,
    /// Objects that a page of a list holds at most. Default 100: pages are held in memory whole.
    pub page: u32,
    /// Kinds that are listed at the same time. Default 3.
    pub listing: usize,
    /// Bytes of JSON that wait for the consumer at most; in memory they take about five times as much. Default 3 MB.
    pub waiting: usize,
    /// The longest line of a watch, in bytes; what is longer is skipped by listing again. Default 16 MB.
    pub longest: usize,
    /// How long the API server is asked to keep a watch open. Default 5 min, minus a random fifth.
    pub lasting: Duration,
    /// A watch on which nothing came for so long is opened again. Default 100 s; bookmarks come every minute.
    pub idle: Duration,
    /// Silence after which a kind counts as behind. Default 3 min.
    pub behind: Duration,
    /// How long a kind may not be seen before that is told. Default 10 s.
    pub patience: Duration,
    /// First pause after a failure; it doubles. Default 500 ms.
    pub backoff: Duration,
    /// Longest pause after a failure. Default 30 s.
    pub backoff_limit: Duration,
    /// Pause before a kind that may not be read is tried again. Default 5 min.
    pub forbidden: Duration,
    /// Time between two looks at which kinds are served. Default 30 s.
    pub rediscovery: Duration,
    /// Pause between a change of a definition and the look that it causes. Default 2 s.
    pub settling: Duration,
    /// Least time between two saves of what is known. Default 10 s.
    pub saving: Duration,
    /// What changes too often to be told each time. Default [`QuietRule::standard`].
    pub quiet: Vec<QuietRule>,
    /// Where the jitter of pauses begins. Default 1.
    pub seed: u64,
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self {
            namespaces: Vec::new(),
            page: 100,
            listing: 3,
            waiting: 3 * 1024 * 1024,
            longest: 16 * 1024 * 1024,
            lasting: Duration::from_mins(5),
            idle: Duration::from_secs(100),
            behind: Duration::from_mins(3),
            patience: Duration::from_secs(10),
            backoff: Duration::from_millis(500),
            backoff_limit: Duration::from_secs(30),
            forbidden: Duration::from_mins(5),
            rediscovery: Duration::from_secs(30),
            settling: Duration::from_secs(2),
            saving: Duration::from_secs(10),
            quiet: QuietRule::standard(),
            seed: 1,
        }
    }
}
