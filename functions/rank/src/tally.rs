//! What people said of anomalies that are alike.

use chiron_events::FeedbackVerdict;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Write};

/// People whose names are remembered.
const PEOPLE: usize = 8;

/// Judgements of anomalies that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    real: u32,
    noise: u32,
    expected: u32,
    /// Who called them noise or expected, and how often.
    by: BTreeMap<String, u32>,
}

impl Tally {
    pub(crate) fn count(&mut self, verdict: FeedbackVerdict, by: &str) {
        let count = match verdict {
            FeedbackVerdict::True => &mut self.real,
            FeedbackVerdict::False => &mut self.noise,
            FeedbackVerdict::Expected => &mut self.expected,
        };
        *count = count.saturating_add(1);
        let is_known = self.by.contains_key(by);
        if verdict != FeedbackVerdict::True && (is_known || self.by.len() < PEOPLE) {
            *self.by.entry(by.to_owned()).or_default() += 1;
        }
    }

    /// An outcome showed that one of them was real.
    pub(crate) fn prove(&mut self) {
        self.real = self.real.saturating_add(1);
    }

    /// Whether any of them was real.
    pub(crate) fn has_real(&self) -> bool {
        self.real > 0
    }

    /// How many were called noise or expected.
    pub(crate) fn dismissed(&self) -> u32 {
        self.noise.saturating_add(self.expected)
    }

    /// Who said so, as a reason.
    pub(crate) fn reason(&self) -> String {
        let mut reason = format!("like {} that people called ", self.dismissed());
        reason.push_str(match (self.noise, self.expected) {
            (0, _) => "expected",
            (_, 0) => "noise",
            (_, _) => "noise or expected",
        });
        for (place, (name, times)) in self.by.iter().enumerate() {
            let _ = write!(reason, "{} {name}: {times}", if place == 0 { ";" } else { "," });
        }
        reason
    }
}
