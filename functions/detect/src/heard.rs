//! What detect takes.

use chiron_events::{DecodeError, FrameError, MetricsRecorded, Payload, Section, decode};
use chiron_function::{Inbound, Seen};
use cloudevents::{AttributesReader, Event};

/// What detect takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Observations of a namespace, or the news that time passed there.
    Seen(Seen),
    /// Samples of a shard of series.
    Measured(MetricsRecorded),
}

impl Inbound for Heard {
    const TYPES: &'static [&'static str] =
        &[Seen::TYPES[0], Seen::TYPES[1], Seen::TYPES[2], MetricsRecorded::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            MetricsRecorded::TYPE => decode(event).map(Self::Measured),
            _ => Seen::decode(event).map(Self::Seen),
        }
    }

    fn is_tick(&self) -> bool {
        match self {
            Self::Seen(seen) => seen.is_tick(),
            Self::Measured(_) => false,
        }
    }

    fn section(&self) -> Option<&Section> {
        match self {
            Self::Seen(seen) => seen.section(),
            Self::Measured(payload) => payload.section(),
        }
    }

    fn fill(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        match self {
            Self::Seen(seen) => seen.fill(bytes),
            Self::Measured(payload) => payload.fill(bytes),
        }
    }
}
