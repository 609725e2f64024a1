//! Names that are derived from what they name.

use crate::Operation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// A name derived from content (UUIDv5), so that the same thing done twice has the same name.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Id(Uuid);

impl Id {
    /// The name of what `parts` describe. The order of the parts counts.
    #[must_use]
    pub fn derive(parts: &[&str]) -> Self {
        // The unit separator cannot occur in Kubernetes names, so parts never run into each other.
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, parts.join("\u{1f}").as_bytes()))
    }

    /// The name of one version of an object, or of its deletion, whoever tells it and however often.
    #[must_use]
    pub fn of_version(cluster: &str, uid: &str, version: &str, operation: Operation) -> Self {
        let suffix = if operation == Operation::Delete { "delete" } else { "" };
        Self::derive(&[cluster, uid, version, suffix])
    }

    /// The first 8 hexadecimal digits, for people to read.
    #[must_use]
    pub fn short(&self) -> String {
        self.0.simple().to_string()[..8].to_owned()
    }

    /// Reads an id; `None` when the text is not a UUID.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::parse_str(text).ok().map(Self)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Id::derive(&["ab", "c"]), Id::derive(&["a", "bc"]));
    }
}
