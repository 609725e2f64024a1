//! Why a store does not do what it is asked.

use std::error::Error as StdError;

/// Why a store does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not answer, or cannot at the moment; asking again may help.
    #[error("{store} is not available: {reason}")]
    Unavailable {
        /// Which store.
        store: &'static str,
        /// What it said.
        reason: String,
        /// The cause.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// It will never take what it is given.
    #[error("{store} does not take it: {reason}")]
    Refused {
        /// Which store.
        store: &'static str,
        /// What it said.
        reason: String,
    },
    /// What it holds is not what was written.
    #[error("{key} in {store} cannot be read: {reason}")]
    Corrupt {
        /// Which store.
        store: &'static str,
        /// Under which key.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// It has no such object.
    #[error("{store} has no {key}")]
    Missing {
        /// Which store.
        store: &'static str,
        /// Under which key.
        key: String,
    },
}

impl StoreError {
    /// A store that does not answer.
    pub fn unavailable(store: &'static str, error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unavailable { store, reason: error.to_string(), source: Some(Box::new(error)) }
    }

    /// Whether asking again may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
