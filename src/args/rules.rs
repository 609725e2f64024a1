//! What can be typed to read about the health rules, and to add own ones.

use super::Output;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Rules of the user.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct RulesArgs {
    /// File of own health rules, asked besides the built-in ones; may be repeated, or separated by commas
    #[arg(long, env = "CHIRON_RULES", value_delimiter = ',', value_name = "FILE")]
    pub rules: Vec<PathBuf>,
}

/// Commands on health rules.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// List the rules with the kinds they look at
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,

        /// Rules besides the built-in ones.
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Say when a rule fires, when it does not, and what to do then
    Explain {
        /// Name of the rule
        #[arg(value_name = "NAME")]
        name: String,

        /// Rules besides the built-in ones.
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Check files of own rules; every mistake is told with file, line and column
    Check {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}
