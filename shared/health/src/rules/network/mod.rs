//! Rules of Services, Ingresses, Gateways and NetworkPolicies.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
