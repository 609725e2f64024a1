//! What seal emits.

use chiron_events::{ClockTicked, Context, EncodeError, MetricsRecorded, ObservationsSealed, Payload};
use chiron_function::Outbound;
use chiron_model::Lane;
use chiron_store::Record;
use cloudevents::Event;

/// What seal emits. It may leave the lane of its cause: live batches are sealed into the sealed lane.
#[derive(Clone, Debug, PartialEq)]
pub enum Emitted {
    /// Observations in their true order.
    Sealed(Lane, ObservationsSealed),
    /// Time passed.
    Ticked(Lane, ClockTicked),
    /// Samples of the live lane, for the sealed one.
    Measured(Lane, MetricsRecorded),
}

impl Outbound for Emitted {
    const TYPES: &'static [&'static str] =
        &[ObservationsSealed::TYPE, ClockTicked::TYPE, MetricsRecorded::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        let in_lane = |lane: &Lane| Context { lane: lane.clone(), ..cause.clone() };
        match self {
            Self::Sealed(lane, payload) => payload.encode(source, &in_lane(lane), index),
            Self::Ticked(lane, payload) => payload.encode(source, &in_lane(lane), index),
            Self::Measured(lane, payload) => payload.encode(source, &in_lane(lane), index),
        }
    }

    fn records(&self, _: &Context) -> Vec<Record> {
        Vec::new()
    }
}
