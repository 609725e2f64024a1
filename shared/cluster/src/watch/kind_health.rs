//! How fresh what is known of one kind is.

use super::KindState;
use chiron_model::Timestamp;

/// How fresh what is known of one kind is, and what was told of it since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindHealth {
    /// The kind as kubectl names it, such as `deployments.apps`.
    pub resource: String,
    /// The namespace; empty for the whole cluster.
    pub namespace: String,
    /// How it is seen at the moment.
    pub state: KindState,
    /// When the API server last said something: a change, a bookmark or a list.
    pub newest: Option<Timestamp>,
    /// Whether something waits for the consumer.
    pub is_waiting: bool,
    /// Objects that are known.
    pub objects: u64,
    /// Changes that were told.
    pub changes: u64,
    /// Changes that a watch repeated; told once.
    pub repeated: u64,
    /// Heartbeats that were held back.
    pub held: u64,
    /// What could not be taken: no uid, no version, or a type that nobody knows.
    pub skipped: u64,
    /// Complete lists.
    pub lists: u64,
    /// Gaps that were told.
    pub lapses: u64,
    /// The latest trouble, also when it is over.
    pub trouble: Option<String>,
}
