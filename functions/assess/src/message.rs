//! What assess emits.

use chiron_events::{Context, EncodeError, FindingCleared, FindingRaised, Payload};
use chiron_function::Outbound;
use chiron_model::Finding;
use chiron_store::Record;
use cloudevents::Event;

/// What assess emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Assessed {
    /// Something is wrong.
    Raised(FindingRaised),
    /// It is not wrong any more.
    Cleared(FindingCleared),
}

impl From<Finding> for Assessed {
    fn from(finding: Finding) -> Self {
        if finding.is_active() {
            Self::Raised(FindingRaised { finding })
        } else {
            Self::Cleared(FindingCleared { finding })
        }
    }
}

impl Outbound for Assessed {
    const TYPES: &'static [&'static str] = &[FindingRaised::TYPE, FindingCleared::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Raised(payload) => payload.encode(source, cause, index),
            Self::Cleared(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Raised(payload) => payload.records(cause),
            Self::Cleared(payload) => payload.records(cause),
        }
    }
}
