//! What a watch tells.

use crate::Resource;
use chiron_model::{Operation, Timestamp};
use serde_json::Value;
use std::sync::Arc;

/// What a watch tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// An object changed.
    Changed(Change),
    /// A kind was not seen for a while, and is seen again.
    Lapsed(Lapse),
}

/// An object changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What happened.
    pub operation: Operation,
    /// The kind of the object.
    pub resource: Arc<Resource>,
    /// The object as the API server has it. What was deleted unseen has only apiVersion, kind and metadata.
    pub object: Value,
    /// When it was seen.
    pub at: Timestamp,
    /// Whether it happened in a gap and was found by listing again.
    pub is_late: bool,
}

/// Changes of a kind between two times were not seen as they happened; what came of them was told before this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// The kind.
    pub resource: Arc<Resource>,
    /// The namespace; empty for the whole cluster.
    pub namespace: String,
    /// The last time that the kind was seen before the gap.
    pub from: Timestamp,
    /// When all was known again.
    pub until: Timestamp,
    /// Why there was a gap.
    pub reason: String,
    /// Objects that were found changed, new or gone.
    pub late: u64,
}
