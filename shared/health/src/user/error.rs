//! What is wrong with a file of rules, and what goes wrong when a rule is asked.

use chiron_model::ObjectRef;

/// A mistake in a file of rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct UserRuleError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What was wanted, what came, what to do.
    pub message: String,
}

/// A rule that cannot be answered for an object, for another reason than that something is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule} has no answer for {}: {message}; it is taken not to hold", .object.subject())]
pub struct UserRuleTrouble {
    /// The rule.
    pub rule: String,
    /// The first object for which it happened.
    pub object: ObjectRef,
    /// What happened.
    pub message: String,
}
