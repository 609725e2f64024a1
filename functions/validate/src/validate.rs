//! The decision: is a label good enough to learn from?

use chiron_dataset::check;
use chiron_events::{Context, EncodeError, LabelAccepted, LabelGenerated, LabelRejected, Payload};
use chiron_function::{About, Call, Effects, Failure, Function, Kind, Outbound};
use chiron_redact::Redactor;
use chiron_store::Record;
use cloudevents::Event;
use std::sync::Arc;

/// Accepts labels that are good enough to learn from.
pub struct Validate {
    redactor: Arc<Redactor>,
}

/// What validate emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Validated {
    /// Good enough.
    Accepted(Box<LabelAccepted>),
    /// Not good enough.
    Rejected(Box<LabelRejected>),
}

impl Outbound for Validated {
    const TYPES: &'static [&'static str] = &[LabelAccepted::TYPE, LabelRejected::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Accepted(payload) => payload.as_ref().encode(source, cause, index),
            Self::Rejected(payload) => payload.as_ref().encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Accepted(payload) => payload.as_ref().records(cause),
            Self::Rejected(payload) => payload.as_ref().records(cause),
        }
    }
}

impl Validate {
    /// Looks for credentials with `redactor`.
    #[must_use]
    pub fn new(redactor: Arc<Redactor>) -> Self {
        Self { redactor }
    }
}

impl Function for Validate {
    const ABOUT: About = About {
        name: "validate",
        summary: "Checks labels for structure, evidence, leaks, truth and credentials.",
        kind: Kind::Function,
        state: "",
        emits_many: false,
        live: false,
        sealed: true,
        permissions: &[],
    };
    type Input = LabelGenerated;
    type Output = Validated;

    async fn handle(&self, call: Call<LabelGenerated>) -> Result<Effects<Validated>, Failure> {
        let label = call.input.label;
        let mut verdict = check(&label);
        let written = serde_json::to_string(&label).unwrap_or_default();
        if self.redactor.text(&written) != written {
            verdict.reasons.push("it holds what looks like a credential".to_owned());
        }
        let output = if verdict.reasons.is_empty() {
            Validated::Accepted(Box::new(LabelAccepted { label, quality: verdict.quality }))
        } else {
            Validated::Rejected(Box::new(LabelRejected { label, reasons: verdict.reasons }))
        };
        Ok(Effects::send(vec![output]))
    }
}
