//! Rules of custom resources.

mod certificate;
mod failing;
mod resource;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[certificate::RULE, resource::RULE];
