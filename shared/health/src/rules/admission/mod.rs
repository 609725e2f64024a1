//! Rules of webhooks and aggregated APIs.

mod api_service;
mod callee;
mod definition;
mod webhook;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[webhook::RULE, api_service::RULE, definition::RULE];
