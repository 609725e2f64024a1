//! What a function takes.

use chiron_events::{DecodeError, FrameError, Payload, Section, decode};
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

    /// Takes the bytes of that part.
    ///
    /// # Errors
    /// When they are not what was written.
    fn fill(&mut self, _bytes: &[u8]) -> Result<(), FrameError> {
        Ok(())
    }
}

impl<P: Payload> Inbound for P {
    const TYPES: &'static [&'static str] = &[P::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        decode(event)
    }

    fn section(&self) -> Option<&Section> {
        self.lies_in()
    }

    fn fill(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.take_stored(bytes)
    }
}
