//! Rules that users write: YAML with conditions in CEL. docs/user-rules.md says how.

mod ask;
mod check;
mod error;
mod expression;
mod fields;
mod language;
mod meter;
mod pattern;
mod question;
mod read;
mod rule;
mod rules;
mod source;
mod span;
mod template;
mod value;
mod words;

pub use error::{UserRuleError, UserRuleTrouble};
pub use rule::UserRule;
pub(crate) use rules::Rulebook;
pub use rules::UserRules;
