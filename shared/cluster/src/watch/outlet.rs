//! The way from the watches to the consumer: bounded in number and in bytes.

use super::{
    Remembered, Told,
    known::{Key, Version},
};
use chiron_model::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Parcels that wait at most, however small they are.
const PARCELS: usize = 1024;
/// Room is counted in units of so many bytes.
const UNIT: usize = 1024;

/// Nobody takes anything any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closed;

/// What is known once a parcel was taken.
#[derive(Debug, Default)]
pub(super) struct Mark {
    /// What was saved before; it comes first.
    pub recalled: Option<Remembered>,
    /// This version of an object was told.
    pub put: Option<(Key, Arc<Version>)>,
    /// The end of an object was told.
    pub gone: Option<Key>,
    /// All up to this version was told.
    pub position: Option<String>,
    /// The kind was seen at this time.
    pub seen: Option<Timestamp>,
}

/// Something to tell, and what is known once it was taken.
#[derive(Debug)]
pub(super) struct Parcel {
    /// Which watch it is from.
    pub stream: Arc<str>,
    /// What is told.
    pub told: Option<Told>,
    /// What is known then.
    pub mark: Mark,
    /// The room it takes until it was taken.
    pub room: Option<OwnedSemaphorePermit>,
}

/// The way from the watches to the consumer.
#[derive(Clone, Debug)]
pub(super) struct Outlet {
    sender: mpsc::Sender<Parcel>,
    room: Arc<Semaphore>,
    units: usize,
}

impl Outlet {
    /// Room for so many bytes of JSON.
    pub(super) fn new(bytes: usize) -> (Self, mpsc::Receiver<Parcel>) {
        let (sender, receiver) = mpsc::channel(PARCELS);
        let units = bytes.div_ceil(UNIT).max(1);
        (Self { sender, room: Arc::new(Semaphore::new(units)), units }, receiver)
    }

    /// Whether a parcel would have to wait.
    pub(super) fn is_full(&self) -> bool {
        self.sender.capacity() == 0 || self.room.available_permits() == 0
    }

    /// Nobody takes anything any more.
    pub(super) async fn closed(&self) {
        self.sender.closed().await;
    }

    /// Waits for room, and sends. What is larger than all the room takes all of it.
    pub(super) async fn send(&self, mut parcel: Parcel) -> Result<(), Closed> {
        if let Some(Told::Changed(change)) = &parcel.told {
            let units =
                u32::try_from(weight(&change.object).div_ceil(UNIT).min(self.units)).unwrap_or(u32::MAX);
            let room = Arc::clone(&self.room).acquire_many_owned(units);
            parcel.room = Some(room.await.map_err(|_| Closed)?);
        }
        self.sender.send(parcel).await.map_err(|_| Closed)
    }
}

/// About as many bytes as the JSON text has.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 3,
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| name.len() + 4 + weight(field)).sum::<usize>() + 2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_weight_is_about_the_length_of_the_text() {
        let value = json!({"metadata": {"name": "a", "labels": {"x": "y"}}, "list": [1, 2, null, "text"]});
        let (text, weight) = (value.to_string().len(), weight(&value));

        assert!(weight >= text && weight < text * 2, "{weight} of {text}");
    }
}
