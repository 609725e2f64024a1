//! Commits as DynamoDB takes them: transactions of at most 100 items.

use crate::items::seen_again;
use aws_sdk_dynamodb::types::{CancellationReason, Put};
use chiron_store::{CommitError, StoreError};

/// Items of one transaction, by DynamoDB's limit.
pub(crate) const MAX_ITEMS: usize = 100;
/// Bytes of one transaction; DynamoDB's limit is 4 MB.
const MAX_BYTES: usize = 3_500_000;
/// One item to be written, and what it is, to tell what a refusal means.
pub(crate) struct Write {
    pub put: Put,
    pub kind: WriteKind,
    pub bytes: usize,
    /// Whether it must be in the same transaction as the one before it.
    pub is_joined: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum WriteKind {
    State(String),
    Seen,
    Record,
}

/// What a cancelled transaction means.
pub(crate) fn refusal(reasons: &[CancellationReason], kinds: &[WriteKind], message: &str) -> CommitError {
    let mut again = Vec::new();
    let mut stale = Vec::new();
    let mut refused = None;
    for (reason, kind) in reasons.iter().zip(kinds) {
        match (reason.code().unwrap_or("None"), kind) {
            ("ConditionalCheckFailed", WriteKind::Seen) => again.extend(reason.item().map(seen_again)),
            ("ConditionalCheckFailed" | "TransactionConflict", WriteKind::State(key)) => {
                stale.push(key.clone());
            }
            (code @ "TransactionConflict", WriteKind::Seen | WriteKind::Record) => {
                stale.push(code.to_owned());
            }
            ("ValidationError", _) => refused = Some(reason.message().unwrap_or(message).to_owned()),
            // The others say nothing, or that the service is busy.
            _ => {}
        }
    }
    if let Some(reason) = refused {
        CommitError::Store(StoreError::Refused { store: "DynamoDB", reason })
    } else if !again.is_empty() {
        CommitError::Seen(again)
    } else if stale.is_empty() {
        let reason = format!("the transaction was cancelled: {message}");
        CommitError::Store(StoreError::Unavailable { store: "DynamoDB", reason, source: None })
    } else {
        CommitError::Conflict(stale)
    }
}

/// Parts that fit into a transaction each; what is joined stays together.
pub(crate) fn parts(writes: Vec<Write>) -> Vec<Vec<Write>> {
    let mut parts: Vec<Vec<Write>> = Vec::new();
    let mut bytes = 0;
    for unit in units(writes) {
        let size: usize = unit.iter().map(|it| it.bytes).sum();
        match parts.last_mut() {
            Some(part) if part.len() + unit.len() <= MAX_ITEMS && bytes + size <= MAX_BYTES => {
                bytes += size;
                part.extend(unit);
            }
            _ => {
                bytes = size;
                parts.push(unit);
            }
        }
    }
    parts
}

fn units(writes: Vec<Write>) -> Vec<Vec<Write>> {
    let mut units: Vec<Vec<Write>> = Vec::new();
    for write in writes {
        match units.last_mut() {
            Some(unit) if write.is_joined => unit.push(write),
            _ => units.push(vec![write]),
        }
    }
    units
}
