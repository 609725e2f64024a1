//! Rules of nodes, namespaces, quotas and budgets.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
