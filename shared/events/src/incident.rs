//! `dev.chiron.incident.{opened,updated,closed,verified}.v1`

use crate::Payload;
use chiron_model::{Decision, Diagnosis, Id, Incident, Outcome, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A spell of trouble began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentOpened {
    /// The incident.
    pub incident: Incident,
}

/// More is wrong, or something came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentUpdated {
    /// The incident.
    pub incident: Incident,
    /// When.
    pub at: Timestamp,
}

/// Nothing is wrong any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentClosed {
    /// The incident.
    pub incident: Incident,
}

/// How an incident stands was checked. Sent when it recovers, when it is verified and when it comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentVerified {
    /// The incident.
    pub incident: Incident,
    /// Why it happened, as far as it was found out before the repair.
    pub diagnosis: Option<Diagnosis>,
    /// What was proposed.
    pub decision: Option<Decision>,
    /// How it stands.
    pub outcome: Outcome,
    /// When it was checked.
    pub at: Timestamp,
}

fn subject(incident: &Incident) -> Option<String> {
    incident.findings.first().map(|finding| finding.workload.subject())
}

fn partition(incident: &Incident) -> String {
    format!("{}/{}", incident.cluster, incident.namespace)
}

impl Payload for IncidentOpened {
    const TYPE: &'static str = "dev.chiron.incident.opened.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.incident.opened_at)
    }

    fn subject(&self) -> Option<String> {
        subject(&self.incident)
    }

    fn partition(&self) -> Option<String> {
        Some(partition(&self.incident))
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident.id)
    }
}

impl Payload for IncidentUpdated {
    const TYPE: &'static str = "dev.chiron.incident.updated.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn subject(&self) -> Option<String> {
        subject(&self.incident)
    }

    fn partition(&self) -> Option<String> {
        Some(partition(&self.incident))
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident.id)
    }
}

impl Payload for IncidentClosed {
    const TYPE: &'static str = "dev.chiron.incident.closed.v1";

    fn time(&self) -> Option<Timestamp> {
        self.incident.closed_at
    }

    fn subject(&self) -> Option<String> {
        subject(&self.incident)
    }

    fn partition(&self) -> Option<String> {
        Some(partition(&self.incident))
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident.id)
    }
}

impl Payload for IncidentVerified {
    const TYPE: &'static str = "dev.chiron.incident.verified.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn subject(&self) -> Option<String> {
        subject(&self.incident)
    }

    fn partition(&self) -> Option<String> {
        Some(partition(&self.incident))
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident.id)
    }
}
