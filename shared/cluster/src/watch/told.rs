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
    /// A kind is not seen for a while, or is seen again.
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

/// Changes of a kind are not seen as they happen: a gap that begins, or one that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// The kind.
    pub resource: Arc<Resource>,
    /// The namespace; empty for the whole cluster.
    pub namespace: String,
    /// The last time that the kind was seen before the gap; `None` when it was never seen.
    pub from: Option<Timestamp>,
    /// When it was over, `None` while it lasts. What came of what happened meanwhile was told before.
    pub until: Option<Timestamp>,
    /// When this is said.
    pub at: Timestamp,
    /// Whether all objects of the kind are known now.
    pub is_known: bool,
    /// Why there is a gap.
    pub reason: String,
    /// Objects that were found changed, new or gone.
    pub late: u64,
}
