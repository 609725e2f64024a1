//! In which order a stream of events is worked on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The pipeline runs over the same observations in lanes that share no state.
///
/// The live lane takes events as they arrive, so that people hear of trouble at once. Every other lane takes them in
/// their true order, after the watermark has passed; labels come only from there. See `docs/decisions/0001`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Lane(String);

impl Lane {
    /// Events as they arrive.
    #[must_use]
    pub fn live() -> Self {
        Self("live".to_owned())
    }

    /// Events in their true order.
    #[must_use]
    pub fn sealed() -> Self {
        Self("sealed".to_owned())
    }

    /// The lane of one replay of a recording; it is sealed too.
    #[must_use]
    pub fn replay(run: &str) -> Self {
        Self(format!("replay-{run}"))
    }

    /// Reads a lane from the text of the `lane` attribute; what is no lane counts as live.
    ///
    /// The text becomes a part of keys, so it is never taken as it comes.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let is_run = |run: &str| {
            (1..=16).contains(&run.len()) && run.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let is_lane = text == "sealed" || text.strip_prefix("replay-").is_some_and(is_run);
        if is_lane { Self(text.to_owned()) } else { Self::live() }
    }

    /// Whether this is the lane of events as they arrive.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.0 == "live"
    }

    /// Whether this is the lane of a recording, where no cluster can be written to.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.0.starts_with("replay-")
    }

    /// The sealed lane that belongs to this one: itself, unless it is live.
    #[must_use]
    pub fn seal(&self) -> Self {
        if self.is_live() { Self::sealed() } else { self.clone() }
    }

    /// The text of the attribute.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Lane {
    fn default() -> Self {
        Self::live()
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lanes_are_lanes() {
        assert_eq!(Lane::named("sealed"), Lane::sealed());
        assert_eq!(Lane::named("replay-0a1b2c3d"), Lane::replay("0a1b2c3d"));
        for text in ["", "live", "replay-", "replay-../../x", "replay-0123456789abcdef0", "states"] {
            assert_eq!(Lane::named(text), Lane::live(), "{text}");
        }
    }
}
