//! Rules of webhooks and aggregated APIs.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
