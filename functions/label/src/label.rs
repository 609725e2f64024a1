//! The decision: which labels does this incident make?

use chiron_dataset::{Evidence, Versions, compose};
use chiron_events::{
    Context, DecodeError, FeedbackGiven, FeedbackVerdict, IncidentVerified, LabelGenerated, Payload, decode,
};
use chiron_function::{About, Fold, Inbound, Kind};
use chiron_health::RULES_VERSION;
use chiron_model::OutcomeState;
use chiron_redact::REDACTION_VERSION;
use cloudevents::{AttributesReader, Event};
use serde::{Deserialize, Serialize};

/// Makes labels of verified incidents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Label;

/// What is remembered of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Whether a person said that it was no incident, or that its cause is wrong.
    disputed: bool,
    /// Whether its labels were made.
    done: bool,
}

/// How an incident stands, or what a person says of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    /// How it stands.
    Verified(Box<IncidentVerified>),
    /// What a person says.
    Feedback(FeedbackGiven),
}

impl Inbound for Judged {
    const TYPES: &'static [&'static str] = &[IncidentVerified::TYPE, FeedbackGiven::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        if event.ty() == FeedbackGiven::TYPE {
            decode(event).map(Self::Feedback)
        } else {
            decode(event).map(|it| Self::Verified(Box::new(it)))
        }
    }
}

impl Fold for Label {
    const ABOUT: About = About {
        name: "label",
        summary: "Makes training labels of verified incidents.",
        kind: Kind::Fold,
        state: "incident",
        emits_many: true,
        live: false,
        sealed: true,
        permissions: &[],
    };
    type State = Memory;
    type Input = Judged;
    type Output = LabelGenerated;

    fn key(&self, _: &Context, input: &Judged) -> String {
        match input {
            Judged::Verified(it) => it.incident.id.to_string(),
            // What is said of an anomaly alone concerns no label.
            Judged::Feedback(it) => it.incident.map_or_else(|| "none".to_owned(), |id| id.to_string()),
        }
    }

    fn fold(&self, _: &Context, memory: &mut Memory, input: Judged) -> Vec<LabelGenerated> {
        match input {
            Judged::Feedback(it) => {
                memory.disputed = it.incident.is_some() && it.verdict != FeedbackVerdict::True;
                Vec::new()
            }
            Judged::Verified(it) => label(memory, &it),
        }
    }
}

fn label(memory: &mut Memory, verified: &IncidentVerified) -> Vec<LabelGenerated> {
    let Some(diagnosis) = &verified.diagnosis else { return Vec::new() };
    if verified.outcome.state != OutcomeState::Verified || memory.disputed || memory.done {
        return Vec::new();
    }
    memory.done = true;
    let evidence = Evidence { diagnosis, decision: verified.decision.as_ref(), outcome: &verified.outcome };
    let versions = Versions { rules: RULES_VERSION, redaction: REDACTION_VERSION };
    compose(&evidence, versions).into_iter().map(|label| LabelGenerated { label }).collect()
}
