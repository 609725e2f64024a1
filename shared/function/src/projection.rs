//! What people may query of an event: one record for each thing, written again as it changes.

use chiron_events::{
    ActionExecuted, AnomalyDetected, AnomalyEnded, AnomalyRanked, ClockTicked, Context, DatasetPublished,
    DatasetRequested, DiagnosisCompleted, FindingCleared, FindingRaised, IncidentClosed, IncidentOpened,
    IncidentUpdated, IncidentVerified, LabelAccepted, LabelGenerated, LabelRejected, MetricsRecorded,
    ObservationsRecorded, ObservationsSealed, Payload, PlanApproved, PlanDeclined, PlanExecuted,
    PlanProposed, PlanRejected, RankVerdict, RollbackExecuted, RollbackRequested, SurroundingsChanged,
    WatermarkAdvanced,
};
use chiron_model::{Anomaly, Decision, Finding, Incident, Timestamp};
use chiron_store::Record;
use serde::Serialize;
use serde_json::Value;

/// A payload that people may query.
pub trait Projection: Payload {
    /// The record of it; `None` for what is only passed on.
    fn record(&self, _cause: &Context) -> Option<Record> {
        None
    }
}

/// What a record is about.
struct Row<'a, T> {
    kind: &'a str,
    id: String,
    status: &'a str,
    at: Timestamp,
    object: String,
    body: &'a T,
}

impl<T: Serialize> Row<'_, T> {
    #[expect(clippy::unnecessary_wraps, reason = "it is what `Projection::record` gives")]
    fn record(self, cause: &Context) -> Option<Record> {
        Some(Record {
            kind: self.kind.to_owned(),
            id: self.id,
            schema_version: 1,
            status: self.status.to_owned(),
            at: self.at,
            object: self.object,
            lane: cause.lane.clone(),
            body: serde_json::to_value(self.body).unwrap_or(Value::Null),
        })
    }
}

impl Projection for ObservationsRecorded {}
impl Projection for ObservationsSealed {}
impl Projection for WatermarkAdvanced {}
impl Projection for MetricsRecorded {}
impl Projection for ClockTicked {}
impl Projection for SurroundingsChanged {}
impl Projection for PlanApproved {}
impl Projection for PlanRejected {}
impl Projection for PlanExecuted {}
impl Projection for RollbackRequested {}
impl Projection for RollbackExecuted {}
impl Projection for LabelGenerated {}
impl Projection for DatasetRequested {}

fn finding(finding: &Finding, cause: &Context) -> Option<Record> {
    let status = if finding.is_active() { "active" } else { "cleared" };
    Row {
        kind: "finding",
        id: finding.id.to_string(),
        status,
        at: finding.first_seen,
        object: finding.object.subject(),
        body: finding,
    }
    .record(cause)
}

impl Projection for FindingRaised {
    fn record(&self, cause: &Context) -> Option<Record> {
        finding(&self.finding, cause)
    }
}

impl Projection for FindingCleared {
    fn record(&self, cause: &Context) -> Option<Record> {
        finding(&self.finding, cause)
    }
}

fn anomaly(anomaly: &Anomaly, cause: &Context) -> Option<Record> {
    let status = if anomaly.ended_at.is_none() { "active" } else { "ended" };
    Row {
        kind: "anomaly",
        id: anomaly.id.to_string(),
        status,
        at: anomaly.started_at,
        object: format!("{}/{}", anomaly.cluster, anomaly.namespace),
        body: anomaly,
    }
    .record(cause)
}

impl Projection for AnomalyDetected {
    fn record(&self, cause: &Context) -> Option<Record> {
        anomaly(&self.anomaly, cause)
    }
}

impl Projection for AnomalyEnded {
    fn record(&self, cause: &Context) -> Option<Record> {
        anomaly(&self.anomaly, cause)
    }
}

impl Projection for AnomalyRanked {
    fn record(&self, cause: &Context) -> Option<Record> {
        let status = match (&self.verdict, self.anomaly.ended_at) {
            (RankVerdict::Suppressed(_), _) => "suppressed",
            (RankVerdict::Kept, None) => "active",
            (RankVerdict::Kept, Some(_)) => "ended",
        };
        Row {
            kind: "ranking",
            id: self.anomaly.id.to_string(),
            status,
            at: self.anomaly.started_at,
            object: format!("{}/{}", self.anomaly.cluster, self.anomaly.namespace),
            body: self,
        }
        .record(cause)
    }
}

fn incident(incident: &Incident, cause: &Context) -> Option<Record> {
    let status = if incident.closed_at.is_none() { "open" } else { "closed" };
    Row {
        kind: "incident",
        id: incident.id.to_string(),
        status,
        at: incident.opened_at,
        object: incident.findings.first().map_or_else(String::new, |it| it.workload.subject()),
        body: incident,
    }
    .record(cause)
}

impl Projection for IncidentOpened {
    fn record(&self, cause: &Context) -> Option<Record> {
        incident(&self.incident, cause)
    }
}

impl Projection for IncidentUpdated {
    fn record(&self, cause: &Context) -> Option<Record> {
        incident(&self.incident, cause)
    }
}

impl Projection for IncidentClosed {
    fn record(&self, cause: &Context) -> Option<Record> {
        incident(&self.incident, cause)
    }
}

impl Projection for DiagnosisCompleted {
    fn record(&self, cause: &Context) -> Option<Record> {
        let incident = &self.diagnosis.incident;
        let status = if self.diagnosis.root_cause.is_some() { "explained" } else { "unexplained" };
        Row {
            kind: "diagnosis",
            id: incident.id.to_string(),
            status,
            at: self.diagnosis.at,
            object: incident.findings.first().map_or_else(String::new, |it| it.workload.subject()),
            body: &self.diagnosis,
        }
        .record(cause)
    }
}

impl Projection for PlanProposed {
    fn record(&self, cause: &Context) -> Option<Record> {
        Row {
            kind: "plan",
            id: self.plan.incident.to_string(),
            status: "proposed",
            at: self.plan.at,
            object: self.plan.actions.first().map_or_else(String::new, |it| it.object.subject()),
            body: &Decision::Proposed(self.plan.clone()),
        }
        .record(cause)
    }
}

impl Projection for PlanDeclined {
    fn record(&self, cause: &Context) -> Option<Record> {
        Row {
            kind: "plan",
            id: self.incident.to_string(),
            status: "declined",
            at: self.at,
            object: cause.subject.clone().unwrap_or_default(),
            body: &Decision::Declined { declined: self.reason.clone() },
        }
        .record(cause)
    }
}

impl Projection for ActionExecuted {
    fn record(&self, cause: &Context) -> Option<Record> {
        Row {
            kind: "action",
            id: format!("{}-{}", self.plan, self.index),
            status: match self.outcome {
                chiron_events::ActionOutcome::Succeeded => "succeeded",
                chiron_events::ActionOutcome::Failed => "failed",
                chiron_events::ActionOutcome::RolledBack => "rolled-back",
                chiron_events::ActionOutcome::Skipped => "skipped",
            },
            at: self.at,
            object: self.action.object.subject(),
            body: self,
        }
        .record(cause)
    }
}

impl Projection for IncidentVerified {
    fn record(&self, cause: &Context) -> Option<Record> {
        let state = serde_json::to_value(self.outcome.state).unwrap_or(Value::Null);
        Row {
            kind: "outcome",
            id: self.incident.id.to_string(),
            status: state.as_str().unwrap_or("unknown"),
            at: self.at,
            object: self.incident.findings.first().map_or_else(String::new, |it| it.workload.subject()),
            body: &self.outcome,
        }
        .record(cause)
    }
}

impl Projection for LabelAccepted {
    fn record(&self, cause: &Context) -> Option<Record> {
        Row {
            kind: "label",
            id: self.label.id.to_string(),
            status: "accepted",
            at: self.label.context.until,
            object: self.label.root_cause.object.subject(),
            body: &self.label,
        }
        .record(cause)
    }
}

impl Projection for LabelRejected {
    fn record(&self, cause: &Context) -> Option<Record> {
        Row {
            kind: "label",
            id: self.label.id.to_string(),
            status: "rejected",
            at: self.label.context.until,
            object: self.label.root_cause.object.subject(),
            body: self,
        }
        .record(cause)
    }
}

impl Projection for DatasetPublished {
    fn record(&self, cause: &Context) -> Option<Record> {
        Row {
            kind: "dataset",
            id: format!("{}/{}", self.dataset.name, self.dataset.version),
            status: "published",
            at: self.dataset.sealed_at,
            object: format!("datasets/{}", self.dataset.name),
            body: &self.dataset,
        }
        .record(cause)
    }
}
