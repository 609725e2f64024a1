//! What a function takes.

use chiron_events::{DecodeError, Payload, Section, decode};
use chiron_model::Observation;
use cloudevents::Event;

/// The input of a function: one payload, or an enum of several.
pub trait Inbound: Sized + Clone + Send + Sync + 'static {
    /// The CloudEvents types it is read from.
    const TYPES: &'static [&'static str];

    /// Reads an event.
    ///
    /// # Errors
    /// When the type is none of [`Inbound::TYPES`], or the data does not fit.
    fn decode(event: Event) -> Result<Self, DecodeError>;

    /// Whether it only says that time passed. A tick that leads to nothing is not remembered.
    fn is_tick(&self) -> bool {
        false
    }

    /// The part of a stored object that belongs to the payload and is not sent with it.
    fn section(&self) -> Option<&Section> {
        None
    }

    /// Takes the observations of that part.
    fn fill(&mut self, _observations: Vec<Observation>) {}
}

impl<P: Payload> Inbound for P {
    const TYPES: &'static [&'static str] = &[P::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        decode(event)
    }

    fn section(&self) -> Option<&Section> {
        self.lies_in()
    }

    fn fill(&mut self, observations: Vec<Observation>) {
        self.take_stored(observations);
    }
}
