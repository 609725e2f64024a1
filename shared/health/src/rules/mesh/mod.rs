//! Rules of service meshes.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
