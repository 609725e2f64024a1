//! Why an event was not handled.

use chiron_events::{DecodeError, EncodeError, FrameError};
use chiron_store::StoreError;
use std::{error::Error as StdError, time::Duration};

/// Why an event was not handled, as the sender must see it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It will never be handled: do not deliver it again.
    #[error("event rejected: {reason}")]
    Rejected {
        /// Why, for people.
        reason: String,
        /// The cause.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// It may be handled later: deliver it again.
    #[error("event not handled now: {reason}")]
    Transient {
        /// Why, for people.
        reason: String,
        /// When to deliver it again.
        retry_after: Duration,
        /// The cause.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// The same event is being handled right now: deliver it again.
    #[error("the same event is being handled")]
    InProgress,
}

impl Failure {
    /// An event that will never be handled.
    pub fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected { reason: reason.into(), source: None }
    }

    /// An event that may be handled in a second.
    pub fn transient(reason: impl Into<String>) -> Self {
        Self::Transient { reason: reason.into(), retry_after: Duration::from_secs(1), source: None }
    }

    /// Whether the event will never be handled.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Rejected { .. })
    }

    /// The causes, the outermost first, in one line.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let said = error.to_string();
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            cause = error.source();
        }
        text
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Rejected { reason: error.to_string(), source: Some(error.into()) }
    }
}

impl From<EncodeError> for Failure {
    fn from(error: EncodeError) -> Self {
        Self::Rejected { reason: error.to_string(), source: Some(error.into()) }
    }
}

impl From<FrameError> for Failure {
    fn from(error: FrameError) -> Self {
        Self::Rejected { reason: error.to_string(), source: Some(error.into()) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let reason = error.to_string();
        match &error {
            StoreError::Corrupt { .. } | StoreError::Refused { .. } => {
                Self::Rejected { reason, source: Some(error.into()) }
            }
            StoreError::Unavailable { .. } | StoreError::Missing { .. } => {
                Self::Transient { reason, retry_after: Duration::from_secs(1), source: Some(error.into()) }
            }
        }
    }
}
