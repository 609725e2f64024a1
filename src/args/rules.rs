//! What can be typed to read about the health rules.

use super::Output;
use clap::Subcommand;

/// Commands on health rules.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// List the rules with the kinds they look at
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Say when a rule fires, when it does not, and what to do then
    Explain {
        /// Name of the rule
        #[arg(value_name = "NAME")]
        name: String,
    },
}
