//! Rules of service meshes: destinations, subsets, mutual TLS and authorization.

mod authorization;
mod destination;
mod host;
mod injection;
mod membership;
mod mtls;
mod route;
mod rule_host;
mod strict;
mod weight;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[
    route::RULE,
    weight::RULE,
    rule_host::RULE,
    strict::CALLERS,
    strict::CONFLICT,
    authorization::RULE,
    injection::RULE,
];
