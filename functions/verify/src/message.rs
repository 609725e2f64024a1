//! What verify takes and emits.

use chiron_events::{
    ClockTicked, Context, DecodeError, DiagnosisCompleted, EncodeError, IncidentClosed, IncidentOpened,
    IncidentUpdated, IncidentVerified, Payload, PlanDeclined, PlanExecuted, PlanProposed, RollbackRequested,
    decode,
};
use chiron_function::{Inbound, Outbound};
use chiron_store::Record;
use cloudevents::{AttributesReader, Event};

/// What verify takes.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
pub enum Followed {
    /// A spell of trouble began.
    Opened(IncidentOpened),
    /// More is wrong, or something came back.
    Updated(IncidentUpdated),
    /// Nothing is wrong any more.
    Closed(IncidentClosed),
    /// Causes were ranked.
    Diagnosed(DiagnosisCompleted),
    /// There is a plan.
    Proposed(PlanProposed),
    /// There is none.
    Declined(PlanDeclined),
    /// A plan was carried out, or not.
    Executed(PlanExecuted),
    /// Time passed.
    Ticked(ClockTicked),
}

impl Inbound for Followed {
    const TYPES: &'static [&'static str] = &[
        IncidentOpened::TYPE,
        IncidentUpdated::TYPE,
        IncidentClosed::TYPE,
        DiagnosisCompleted::TYPE,
        PlanProposed::TYPE,
        PlanDeclined::TYPE,
        PlanExecuted::TYPE,
        ClockTicked::TYPE,
    ];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            IncidentOpened::TYPE => decode(event).map(Self::Opened),
            IncidentUpdated::TYPE => decode(event).map(Self::Updated),
            IncidentClosed::TYPE => decode(event).map(Self::Closed),
            DiagnosisCompleted::TYPE => decode(event).map(Self::Diagnosed),
            PlanProposed::TYPE => decode(event).map(Self::Proposed),
            PlanDeclined::TYPE => decode(event).map(Self::Declined),
            PlanExecuted::TYPE => decode(event).map(Self::Executed),
            _ => decode(event).map(Self::Ticked),
        }
    }

    fn is_tick(&self) -> bool {
        matches!(self, Self::Ticked(_))
    }
}

/// What verify emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// How an incident stands.
    Verified(Box<IncidentVerified>),
    /// What was done made nothing better.
    Rollback(RollbackRequested),
}

impl Outbound for Checked {
    const TYPES: &'static [&'static str] = &[IncidentVerified::TYPE, RollbackRequested::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Verified(payload) => payload.as_ref().encode(source, cause, index),
            Self::Rollback(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Verified(payload) => payload.as_ref().records(cause),
            Self::Rollback(payload) => payload.records(cause),
        }
    }
}
