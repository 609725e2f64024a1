//! How an incident ended.

use crate::{Change, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an incident stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeState {
    /// Something is still wrong.
    #[default]
    Open,
    /// Nothing is wrong any more, not yet for long.
    Recovered,
    /// Nothing was wrong for the whole sustained window.
    Verified,
    /// It came back within the window.
    Relapsed,
    /// It cannot be told: what was in trouble is gone, or nothing was observed.
    Unknown,
}

/// Who repaired it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RepairedBy {
    /// An action of ours.
    Chiron,
    /// A change by somebody else.
    External,
    /// Nobody that was seen.
    #[default]
    None,
}

/// How the plan compares with what was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// The same field got the same value.
    Exact,
    /// The same field got another value.
    SameField,
    /// Something else was changed.
    Different,
    /// No repair was seen.
    #[default]
    NoRepairSeen,
}

/// How an incident ended, as far as the observations tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Where it stands.
    pub state: OutcomeState,
    /// When everything was well again.
    pub recovered_at: Option<Timestamp>,
    /// For how many seconds it has been well.
    pub sustained_for: f64,
    /// Who repaired it.
    pub repaired_by: RepairedBy,
    /// How the plan compares with what was done.
    pub agrees_with_plan: Agreement,
    /// The changes that repaired it.
    pub repairs: Vec<Change>,
}
