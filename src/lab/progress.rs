//! What is told while a drill waits.

use crate::ports::now;
use chiron_model::Timestamp;
use std::io::{self, Write};

/// Seconds between two lines about the same wait.
const EVERY: i64 = 10;

/// Tells people on standard error what is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress<'a> {
    /// Name of the scenario.
    pub(super) name: &'a str,
}

impl Progress<'_> {
    /// Tells something.
    pub(super) fn say(self, what: &str) {
        // Nobody listens any more: the drill goes on.
        let _ = writeln!(io::stderr(), "{}: {what}", self.name);
    }
}

/// A wait with an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait<'a> {
    progress: Progress<'a>,
    began: Timestamp,
    limit: u32,
    told: i64,
}

impl<'a> Wait<'a> {
    /// Begins now and takes so many seconds at most.
    #[must_use]
    pub(super) fn begin(progress: Progress<'a>, limit: u32) -> Self {
        Self { progress, began: now(), limit, told: 0 }
    }

    /// Seconds since it began, to a tenth.
    #[must_use]
    pub(super) fn seconds(&self) -> f64 {
        (now().seconds_since(self.began).max(0.0) * 10.0).round() / 10.0
    }

    /// Whether its time is over.
    #[must_use]
    pub(super) fn is_over(&self) -> bool {
        self.seconds() > f64::from(self.limit)
    }

    /// Tells now and then what is waited for.
    pub(super) fn tell(&mut self, what: &str) {
        let elapsed = now().secs().saturating_sub(self.began.secs());
        if elapsed - self.told >= EVERY {
            self.told = elapsed;
            self.progress.say(&format!("{what}, {elapsed} of at most {} s", self.limit));
        }
    }
}
