//! Rules of custom resources.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
