//! Progress on standard error: bars on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

/// Plain lines come at most so often.
const EVERY: Duration = Duration::from_secs(2);

/// Tells how far a long piece of work is.
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    told: Option<Instant>,
    quiet: bool,
}

impl Progress {
    /// Progress on standard error.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "progress is told in wall time")]
    pub fn stderr() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            let style = ProgressStyle::with_template("{spinner} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            bar.set_style(style);
            bar.enable_steady_tick(Duration::from_millis(80));
            bar
        });
        Self { bar, started: Instant::now(), told: None, quiet: false }
    }

    /// No progress, for tests and benches.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "progress is told in wall time")]
    pub fn none() -> Self {
        Self { bar: None, started: Instant::now(), told: None, quiet: true }
    }

    /// Says what is going on; plain lines are left out when they come too often.
    pub fn say(&mut self, message: String) {
        if self.quiet {
            return;
        }
        match &self.bar {
            Some(bar) => bar.set_message(message),
            None if self.told.is_none_or(|told| told.elapsed() >= EVERY) => self.line(&message),
            None => {}
        }
    }

    /// Says that a part is done; always told.
    pub fn done(&mut self, message: &str) {
        if self.quiet {
            return;
        }
        let message = format!("{message} ({:.2} s)", self.started.elapsed().as_secs_f64());
        match &self.bar {
            Some(bar) => bar.println(format!("  {message}")),
            None => self.line(&message),
        }
    }

    /// Ends the progress.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "progress is told in wall time")]
    fn line(&mut self, message: &str) {
        self.told = Some(Instant::now());
        // Nobody reads standard error: nothing is lost.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
}
