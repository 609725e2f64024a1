//! Rules of workloads and their pods beyond the life of a container.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
