//! What detect emits.

use chiron_events::{AnomalyDetected, AnomalyEnded, Context, EncodeError, Payload};
use chiron_function::Outbound;
use chiron_store::Record;
use cloudevents::Event;

/// What detect emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Detected {
    /// Something is unusual.
    Began(AnomalyDetected),
    /// It is usual again.
    Ended(AnomalyEnded),
}

impl Outbound for Detected {
    const TYPES: &'static [&'static str] = &[AnomalyDetected::TYPE, AnomalyEnded::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Began(payload) => payload.encode(source, cause, index),
            Self::Ended(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Began(payload) => payload.records(cause),
            Self::Ended(payload) => payload.records(cause),
        }
    }
}
