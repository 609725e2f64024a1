//! Rules of claims, volumes and what attaches them.

mod attach_error;
mod claim_lost;
mod claim_waiting;
mod default_class;
mod held_elsewhere;
mod volume;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[
    held_elsewhere::RULE,
    attach_error::RULE,
    claim_waiting::CLASS,
    claim_waiting::SILENT,
    claim_lost::RULE,
    volume::FAILED,
    volume::RELEASED,
    default_class::RULE,
];
