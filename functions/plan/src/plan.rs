//! The decision: what would take the cause away, safely?

use chiron_events::{Context, DiagnosisCompleted, EncodeError, Payload, PlanDeclined, PlanProposed};
use chiron_function::{About, Call, Effects, Failure, Function, Kind, Outbound};
use chiron_model::Decision;
use chiron_remediation::{Policy, plan};
use chiron_store::Record;
use cloudevents::Event;

/// Makes plans by rules.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    policy: Policy,
}

/// What plan emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Planned {
    /// A way to end the incident.
    Proposed(PlanProposed),
    /// No safe way, and why.
    Declined(PlanDeclined),
}

impl Outbound for Planned {
    const TYPES: &'static [&'static str] = &[PlanProposed::TYPE, PlanDeclined::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Proposed(payload) => payload.encode(source, cause, index),
            Self::Declined(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Proposed(payload) => payload.records(cause),
            Self::Declined(payload) => payload.records(cause),
        }
    }
}

impl Planner {
    /// Plans within `policy`.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy }
    }
}

impl Function for Planner {
    const ABOUT: About = About {
        name: "plan",
        summary: "Proposes the least change that takes the cause of an incident away, or says why there is none.",
        kind: Kind::Function,
        state: "",
        emits_many: false,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type Input = DiagnosisCompleted;
    type Output = Planned;

    async fn handle(&self, call: Call<DiagnosisCompleted>) -> Result<Effects<Planned>, Failure> {
        let diagnosis = call.input.diagnosis;
        let namespace = diagnosis.incident.namespace.clone();
        let output = match plan(&diagnosis, &self.policy) {
            Decision::Proposed(plan) => Planned::Proposed(PlanProposed { plan, namespace }),
            Decision::Declined { declined } => Planned::Declined(PlanDeclined {
                incident: diagnosis.incident.id,
                namespace,
                reason: declined,
                at: diagnosis.at,
            }),
        };
        Ok(Effects::send(vec![output]))
    }
}
