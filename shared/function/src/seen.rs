//! What stages that follow observations take.

use crate::Inbound;
use chiron_events::{
    ClockTicked, DecodeError, FrameError, ObservationsRecorded, ObservationsSealed, Payload, Section, decode,
};
use cloudevents::{AttributesReader, Event};

/// Observations of a namespace, or the news that time passed there.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// Observations as they arrived.
    Recorded(ObservationsRecorded),
    /// Observations in their true order.
    Sealed(ObservationsSealed),
    /// Time passed.
    Ticked(ClockTicked),
}

impl Inbound for Seen {
    const TYPES: &'static [&'static str] =
        &[ObservationsRecorded::TYPE, ObservationsSealed::TYPE, ClockTicked::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            ObservationsRecorded::TYPE => decode(event).map(Self::Recorded),
            ObservationsSealed::TYPE => decode(event).map(Self::Sealed),
            _ => decode(event).map(Self::Ticked),
        }
    }

    fn is_tick(&self) -> bool {
        matches!(self, Self::Ticked(_))
    }

    fn section(&self) -> Option<&Section> {
        match self {
            Self::Recorded(payload) => payload.section(),
            Self::Sealed(payload) => payload.section(),
            Self::Ticked(_) => None,
        }
    }

    fn fill(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        match self {
            Self::Recorded(payload) => payload.fill(bytes),
            Self::Sealed(payload) => payload.fill(bytes),
            Self::Ticked(_) => Ok(()),
        }
    }
}

impl Seen {
    /// The cluster and the namespace.
    #[must_use]
    pub fn place(&self) -> (&str, &str) {
        match self {
            Self::Recorded(it) => (&it.cluster, &it.namespace),
            Self::Sealed(it) => (&it.cluster, &it.namespace),
            Self::Ticked(it) => (&it.cluster, &it.namespace),
        }
    }
}
