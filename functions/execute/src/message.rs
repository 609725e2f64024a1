//! What execute takes and emits.

use chiron_events::{
    ActionExecuted, Context, DecodeError, EncodeError, Payload, PlanApproved, PlanExecuted, RollbackExecuted,
    RollbackRequested, decode,
};
use chiron_function::{Inbound, Outbound};
use chiron_store::Record;
use cloudevents::{AttributesReader, Event};

/// What execute takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Ordered {
    /// A plan may be carried out.
    Approved(PlanApproved),
    /// What was done is to be taken back.
    Rollback(RollbackRequested),
}

impl Inbound for Ordered {
    const TYPES: &'static [&'static str] = &[PlanApproved::TYPE, RollbackRequested::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        if event.ty() == PlanApproved::TYPE {
            decode(event).map(Self::Approved)
        } else {
            decode(event).map(Self::Rollback)
        }
    }
}

/// What execute emits.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a plan has few actions")]
pub enum Executed {
    /// How one action ended.
    Action(ActionExecuted),
    /// How the plan ended.
    Plan(PlanExecuted),
    /// How taking it back ended.
    Rollback(RollbackExecuted),
}

impl Outbound for Executed {
    const TYPES: &'static [&'static str] =
        &[ActionExecuted::TYPE, PlanExecuted::TYPE, RollbackExecuted::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Action(payload) => payload.encode(source, cause, index),
            Self::Plan(payload) => payload.encode(source, cause, index),
            Self::Rollback(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Action(payload) => payload.records(cause),
            Self::Plan(payload) => payload.records(cause),
            Self::Rollback(payload) => payload.records(cause),
        }
    }
}
