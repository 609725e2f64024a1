//! How far a drill came.

use super::seen::Look;

/// Where a drill stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The healthy application is made.
    #[default]
    SetUp,
    /// Nothing may be reported of it.
    CalmBefore,
    /// Something happens of which nothing may be reported.
    Calm,
    /// The fault is there, and the finding is waited for.
    Finding,
    /// The finding is there, and its cause is waited for.
    Cause,
    /// It is repaired.
    Repair,
    /// Calm is waited for.
    CalmAfter,
}

impl Stage {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SetUp => "setup",
            Self::CalmBefore => "calm before",
            Self::Calm => "calm",
            Self::Finding => "finding",
            Self::Cause => "cause",
            Self::Repair => "repair",
            Self::CalmAfter => "calm after",
        }
    }
}

/// How far a drill came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Where it stands.
    pub stage: Stage,
    /// Seconds from the fault to the finding.
    pub finding: Option<f64>,
    /// Seconds from the fault to the cause.
    pub cause: Option<f64>,
    /// Seconds from the repair to calm.
    pub calm: Option<f64>,
    /// What was reported when the cause was found.
    pub found: Option<Look>,
    /// What was reported last.
    pub last: Look,
}
