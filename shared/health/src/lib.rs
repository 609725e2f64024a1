//! What "broken" means, kind by kind; the history of changes; and the rules that lead from symptoms to root causes.
//!
//! [`World`] follows the objects of one namespace (or of the cluster itself) and says what is wrong with them.
//! [`explain`] ranks the changes that may have caused it. No I/O, no clock: time comes from the observations.

mod cause;
mod dependents;
mod diff;
mod hearsay;
mod intent;
mod logs;
mod look;
mod lookup;
mod management;
mod objects;
mod open;
mod past;
pub mod reach;
mod references;
mod relation;
mod rules;
mod sight;
mod slim;
mod standing;
mod status;
mod surroundings;
mod tallies;
mod tally;
mod tracked;
mod user;
mod verdict;
mod view;
mod world;
mod writers;

pub use cause::{explain, is_restart_mark};
pub use logs::has_log;
pub use look::Moment;
pub use rules::{RuleDoc, rule_docs};
pub use sight::Regained;
pub use slim::slim;
pub use status::{Health, ObjectHealth, health_of};
pub use surroundings::{concerns, outline_of};
pub use user::{UserRule, UserRuleError, UserRuleTrouble, UserRules};
pub use world::World;

/// Version of the rules and of the ranking of causes; part of the provenance of labels.
pub const RULES_VERSION: &str = "2026.11.1";
