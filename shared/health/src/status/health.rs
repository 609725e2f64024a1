//! The five words for how an object fares.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an object fares; the order goes from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Health {
    /// It is what its spec asks for.
    Healthy,
    /// It was stopped on purpose.
    Suspended,
    /// It is on its way to what its spec asks for, or on its way out.
    Progressing,
    /// Its status does not tell.
    Unknown,
    /// It is broken, or could not become what its spec asks for.
    Degraded,
}

impl Health {
    /// The word for tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Suspended => "Suspended",
            Self::Progressing => "Progressing",
            Self::Unknown => "Unknown",
            Self::Degraded => "Degraded",
        }
    }

    /// This health with the reason for it.
    pub(super) fn because(self, message: impl Into<String>) -> ObjectHealth {
        ObjectHealth { health: self, message: message.into() }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How an object fares, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectHealth {
    /// How it fares.
    pub health: Health,
    /// Why: one plain line, with the object's own words where it has some.
    pub message: String,
}
