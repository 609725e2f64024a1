//! What rank takes.

use chiron_events::{
    AnomalyDetected, AnomalyEnded, DecodeError, FeedbackGiven, IncidentVerified, Payload, decode,
};
use chiron_function::Inbound;
use cloudevents::{AttributesReader, Event};

/// What rank takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Something is unusual.
    Detected(AnomalyDetected),
    /// It is usual again.
    Ended(AnomalyEnded),
    /// How an incident stands.
    Verified(Box<IncidentVerified>),
    /// What a person says.
    Feedback(FeedbackGiven),
}

impl Inbound for Heard {
    const TYPES: &'static [&'static str] =
        &[AnomalyDetected::TYPE, AnomalyEnded::TYPE, IncidentVerified::TYPE, FeedbackGiven::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            AnomalyDetected::TYPE => decode(event).map(Self::Detected),
            AnomalyEnded::TYPE => decode(event).map(Self::Ended),
            IncidentVerified::TYPE => decode(event).map(|it| Self::Verified(Box::new(it))),
            _ => decode(event).map(Self::Feedback),
        }
    }
}
