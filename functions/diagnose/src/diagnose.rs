//! The decision: which change explains this incident?

use chiron_events::{DecodeError, DiagnosisCompleted, IncidentOpened, IncidentUpdated, Payload, decode};
use chiron_function::{About, Call, Effects, Failure, Function, Inbound, Kind};
use chiron_health::explain;
use chiron_model::{Diagnosis, Incident, Management, RootCause, Timestamp};
use cloudevents::{AttributesReader, Event};

/// Ranks the root causes of incidents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Diagnose;

/// An incident that opened, or about which more is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    incident: Incident,
    at: Timestamp,
}

impl Inbound for Reported {
    const TYPES: &'static [&'static str] = &[IncidentOpened::TYPE, IncidentUpdated::TYPE];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        if event.ty() == IncidentOpened::TYPE {
            let IncidentOpened { incident } = decode(event)?;
            let at = incident.opened_at;
            return Ok(Self { incident, at });
        }
        decode(event).map(|IncidentUpdated { incident, at }| Self { incident, at })
    }
}

impl Function for Diagnose {
    const ABOUT: About = About {
        name: "diagnose",
        summary: "Ranks the changes that may have caused an incident, with their evidence.",
        kind: Kind::Function,
        state: "",
        emits_many: false,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type Input = Reported;
    type Output = DiagnosisCompleted;

    async fn handle(&self, call: Call<Reported>) -> Result<Effects<DiagnosisCompleted>, Failure> {
        let Reported { incident, at } = call.input;
        // Once somebody repairs, what is seen is no longer the fault alone.
        if !incident.repairs().is_empty() {
            return Ok(Effects::none());
        }
        Ok(Effects::send(vec![DiagnosisCompleted { diagnosis: diagnose(incident, at) }]))
    }
}

fn diagnose(incident: Incident, at: Timestamp) -> Diagnosis {
    let (root_cause, hypotheses) = explain(&incident);
    let management = root_cause.as_ref().and_then(|cause| management(&incident, cause));
    Diagnosis { incident, at, root_cause, hypotheses, management }
}

/// The tool that owns the object of the root cause.
fn management(incident: &Incident, cause: &RootCause) -> Option<Management> {
    let suspects = incident.findings.iter().flat_map(|finding| &finding.suspects);
    suspects
        .filter(|it| it.change.object.uid == cause.object.uid && it.change.field == cause.field)
        .find_map(|it| it.management.clone())
}
