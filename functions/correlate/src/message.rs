//! What correlate takes and emits.

use chiron_events::{
    AnomalyRanked, Context, DecodeError, EncodeError, FindingCleared, FindingRaised, IncidentClosed,
    IncidentOpened, IncidentUpdated, Payload, decode,
};
use chiron_function::{Inbound, Outbound};
use chiron_store::Record;
use cloudevents::{AttributesReader, Event};

/// What correlate takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Something is wrong.
    Raised(FindingRaised),
    /// It is not wrong any more.
    Cleared(FindingCleared),
    /// Something is unusual, or was.
    Ranked(AnomalyRanked),
}

impl Inbound for Heard {
    const TYPES: &'static [&'static str] = &[FindingRaised::TYPE, FindingCleared::TYPE, AnomalyRanked::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            FindingRaised::TYPE => decode(event).map(Self::Raised),
            FindingCleared::TYPE => decode(event).map(Self::Cleared),
            _ => decode(event).map(Self::Ranked),
        }
    }
}

/// What correlate emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A spell of trouble began.
    Opened(IncidentOpened),
    /// More is wrong.
    Updated(IncidentUpdated),
    /// Nothing is wrong any more.
    Closed(IncidentClosed),
}

impl Outbound for Told {
    const TYPES: &'static [&'static str] =
        &[IncidentOpened::TYPE, IncidentUpdated::TYPE, IncidentClosed::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Opened(payload) => payload.encode(source, cause, index),
            Self::Updated(payload) => payload.encode(source, cause, index),
            Self::Closed(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Opened(payload) => payload.records(cause),
            Self::Updated(payload) => payload.records(cause),
            Self::Closed(payload) => payload.records(cause),
        }
    }
}
