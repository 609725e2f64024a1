//! The memory of a function that keeps no state: which events it handled, and what they led to.

use crate::service::Clock;
use chiron_events::Context;
use chiron_model::Digest;
use chiron_store::{Seen, SeenAgain, StateStore, StoreError, pack, unpack};
use cloudevents::Event;
use std::time::Duration;

/// Events are remembered for a day.
const REMEMBERED: Duration = Duration::from_hours(24);
/// Marks outputs that are kept with another event of the same batch.
const POINTER: &[u8] = b"=>";

/// Whether and how a function remembers what it handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// In the state table, for a day.
    Table,
    /// Not at all: what it does is the same when done again, and nobody delivers twice.
    None,
}

/// The key under which an event is remembered. Names of events may be long and strange, so they are digested.
pub(crate) fn key(function: &str, context: &Context) -> String {
    let name = format!("{}\u{1f}{}", context.source, context.id);
    format!("seen#{function}#{}#{}", context.lane, &Digest::of(name.as_bytes()).as_str()[..40])
}

/// What is written of an event.
pub(crate) fn seen(key: String, hash: String, outputs: &[Event], clock: Clock) -> Result<Seen, StoreError> {
    Ok(Seen { key, hash, outputs: pack(&outputs)?, expires_at: clock().plus(REMEMBERED) })
}

/// What is written of an event whose outputs are kept with another one.
pub(crate) fn seen_with(key: String, hash: String, other: &str, clock: Clock) -> Seen {
    let mut outputs = POINTER.to_vec();
    outputs.extend_from_slice(other.as_bytes());
    Seen { key, hash, outputs: outputs.into(), expires_at: clock().plus(REMEMBERED) }
}

/// What an event led to when it was handled before.
pub(crate) async fn outputs(again: &SeenAgain, states: &dyn StateStore) -> Result<Vec<Event>, StoreError> {
    let Some(other) = again.outputs.strip_prefix(POINTER) else {
        return if again.outputs.is_empty() { Ok(Vec::new()) } else { unpack(&again.key, &again.outputs) };
    };
    let other = String::from_utf8_lossy(other).into_owned();
    match states.seen(&[other]).await?.first() {
        Some(first) if !first.outputs.is_empty() => unpack(&first.key, &first.outputs),
        _ => Ok(Vec::new()),
    }
}
