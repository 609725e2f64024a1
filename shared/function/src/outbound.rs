//! What a function emits.

use crate::Projection;
use chiron_events::{Context, EncodeError, Payload, encode};
use chiron_store::Record;
use cloudevents::Event;

/// The output of a function: one payload, or an enum of several.
pub trait Outbound: Clone + Send + Sync + 'static {
    /// The CloudEvents types it is written as.
    const TYPES: &'static [&'static str];

    /// Writes output number `index` of the event of `cause` as an event of `source`.
    ///
    /// # Errors
    /// When it cannot be written as JSON, or its attributes are not valid.
    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError>;

    /// What people may query of it.
    fn records(&self, cause: &Context) -> Vec<Record>;
}

impl<P: Payload + Projection> Outbound for P {
    const TYPES: &'static [&'static str] = &[P::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        encode(source, cause, index, self)
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        Projection::record(self, cause).into_iter().collect()
    }
}

/// What emits nothing.
impl Outbound for std::convert::Infallible {
    const TYPES: &'static [&'static str] = &[];

    fn encode(&self, _: &str, _: &Context, _: usize) -> Result<Event, EncodeError> {
        match *self {}
    }

    fn records(&self, _: &Context) -> Vec<Record> {
        match *self {}
    }
}
