//! Rules of claims, volumes and what attaches them.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
