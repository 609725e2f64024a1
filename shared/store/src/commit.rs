//! State that changes all at once or not at all.

use crate::{Pending, Record, StoreError};
use bytes::Bytes;
use chiron_model::Timestamp;

/// A value and the version it was read at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// The value.
    pub body: Bytes,
    /// Grows by one with each write.
    pub version: u64,
}

/// A new value for a key, taken only if nobody wrote it meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateWrite {
    /// The key: `function#lane#key`.
    pub key: String,
    /// The version that was read; `None` when there was no value.
    pub expected: Option<u64>,
    /// The new value.
    pub body: Bytes,
    /// When it may be forgotten; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// Whether it must change together with the write before it, however large the commit is.
    pub is_joined: bool,
}

/// An input was handled. Written once; a second write of the same key fails and tells what the first one held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The key: `function#lane#source#id`.
    pub key: String,
    /// Fingerprint of the payload.
    pub hash: String,
    /// What it led to, for a redelivery.
    pub outputs: Bytes,
    /// When it may be forgotten.
    pub expires_at: Timestamp,
}

/// An input that was handled before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenAgain {
    /// The key.
    pub key: String,
    /// Fingerprint of the payload that was handled.
    pub hash: String,
    /// What it led to.
    pub outputs: Bytes,
}

/// Everything that one batch of inputs changes.
///
/// What fits into one transaction changes all at once. A larger commit is written in parts, records first: a part that
/// was written and whose successor was not is written again, and is then the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    /// New state.
    pub states: Vec<StateWrite>,
    /// Inputs that were handled.
    pub seen: Vec<Seen>,
    /// What people query; written whatever was there.
    pub records: Vec<Record>,
}

impl Commit {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states.is_empty() && self.seen.is_empty() && self.records.is_empty()
    }
}

/// Why a commit was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Others wrote these keys meanwhile: load them again.
    #[error("state changed meanwhile under {}", .0.join(", "))]
    Conflict(Vec<String>),
    /// These inputs were handled before.
    #[error("{} inputs were handled before", .0.len())]
    Seen(Vec<SeenAgain>),
    /// The store does not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keyed state with optimistic locking, and the memory of what was handled.
pub trait StateStore: Send + Sync {
    /// The values under `keys`, in their order.
    fn load<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<Option<Versioned>>, StoreError>>;

    /// What is known of inputs that were handled before, of those among `keys`.
    fn seen<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<SeenAgain>, StoreError>>;

    /// Writes everything, if no state changed meanwhile and no input was handled before.
    fn commit(&self, commit: Commit) -> Pending<'_, Result<(), CommitError>>;

    /// Adds 1 to the number under `key` and returns it; it is forgotten at `expires_at`.
    fn count<'a>(&'a self, key: &'a str, expires_at: Timestamp) -> Pending<'a, Result<u64, StoreError>>;

    /// Forgets the values under `keys`.
    fn forget<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<(), StoreError>>;
}
