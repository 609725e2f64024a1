//! What seal takes.

use chiron_events::{DecodeError, MetricsRecorded, ObservationLapsed, Payload, WatermarkAdvanced, decode};
use chiron_function::Inbound;
use cloudevents::{AttributesReader, Event};

/// What seal takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Observations were stored.
    Advanced(WatermarkAdvanced),
    /// Samples were recorded. Each series comes in its order already, so they only change the lane; where they are
    /// stored is passed on, not read.
    Measured(MetricsRecorded),
    /// A kind is not seen, or is seen again.
    Lapsed(ObservationLapsed),
}

impl Inbound for Heard {
    const TYPES: &'static [&'static str] =
        &[WatermarkAdvanced::TYPE, MetricsRecorded::TYPE, ObservationLapsed::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            MetricsRecorded::TYPE => decode(event).map(Self::Measured),
            ObservationLapsed::TYPE => decode(event).map(Self::Lapsed),
            _ => decode(event).map(Self::Advanced),
        }
    }
}
