//! What people and programs are shown of incidents and findings: the same in reports and in `chiron incident show`.

use chiron_model::{
    Agreement, Change, Clearance, Decision, Diagnosis, Finding, Id, Incident, ObjectRef, Outcome,
    OutcomeState, RepairedBy, RootCause, Severity, Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Something that is or was wrong with an object.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindingView {
    /// Name of the finding.
    pub id: Id,
    /// Name of the rule.
    pub rule: String,
    /// Kubernetes' own reason where one exists.
    pub condition: String,
    /// How bad it is.
    pub severity: Severity,
    /// Findings of one fault share it.
    pub group: String,
    /// The object in trouble.
    pub object: ObjectRef,
    /// Its top owner.
    pub workload: ObjectRef,
    /// The container, when it is one.
    pub container: Option<String>,
    /// What is wrong.
    pub message: String,
    /// When it began to show.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When it ended; null while it goes on.
    pub cleared_at: Option<Timestamp>,
    /// Why it ended.
    pub clearance: Option<Clearance>,
    /// Ids of the observations that show it.
    pub evidence: Vec<Id>,
}

impl From<&Finding> for FindingView {
    fn from(it: &Finding) -> Self {
        Self {
            id: it.id,
            rule: it.rule.clone(),
            condition: it.condition.clone(),
            severity: it.severity,
            group: it.group.clone(),
            object: it.object.clone(),
            workload: it.workload.clone(),
            container: it.container.clone(),
            message: it.message.clone(),
            first_seen: it.first_seen,
            last_seen: it.last_seen,
            cleared_at: it.cleared_at,
            clearance: it.clearance,
            evidence: it.evidence.clone(),
        }
    }
}

/// How an incident ended, as far as is known.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OutcomeView {
    /// Where it stands.
    pub state: OutcomeState,
    /// When everything was well again.
    pub recovered_at: Option<Timestamp>,
    /// For how many seconds it has been well when that was checked.
    pub sustained_for: f64,
    /// Who repaired it.
    pub repaired_by: RepairedBy,
    /// How the plan compares with what was done.
    pub agrees_with_plan: Agreement,
    /// The changes that repaired it.
    pub repairs: Vec<Change>,
}

impl From<Outcome> for OutcomeView {
    fn from(it: Outcome) -> Self {
        Self {
            state: it.state,
            recovered_at: it.recovered_at,
            sustained_for: it.sustained_for,
            repaired_by: it.repaired_by,
            agrees_with_plan: it.agrees_with_plan,
            repairs: it.repairs,
        }
    }
}

/// An incident with all that came of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct IncidentView {
    /// Name of the incident.
    pub id: Id,
    /// Name of the cluster.
    pub cluster: String,
    /// Namespace; empty for the cluster itself.
    pub namespace: String,
    /// The worst severity of its findings.
    pub severity: Severity,
    /// When the first finding was raised.
    pub opened_at: Timestamp,
    /// When the last finding ended; null while it is open.
    pub closed_at: Option<Timestamp>,
    /// Seconds from the change that caused it to its opening; null when no such change is known.
    pub detected_after: Option<f64>,
    /// The objects in trouble, workloads first.
    pub objects: Vec<ObjectRef>,
    /// Ids of its findings.
    pub findings: Vec<Id>,
    /// Ids of the anomalies that belong to it.
    pub anomalies: Vec<Id>,
    /// What its findings report, without repetition.
    pub conditions: Vec<String>,
    /// Why it happened; null when that is not known.
    pub root_cause: Option<RootCause>,
    /// What to do about it, or why nothing; null before it is planned.
    pub plan: Option<Decision>,
    /// How it stands.
    pub outcome: OutcomeView,
    /// Ids of the labels made of it.
    pub labels: Vec<Id>,
}

/// What is known of an incident.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Its latest diagnosis.
    pub diagnosis: Option<Diagnosis>,
    /// The latest decision about it.
    pub plan: Option<Decision>,
    /// How it stands.
    pub outcome: Option<Outcome>,
    /// Ids of the labels made of it.
    pub labels: Vec<Id>,
}

impl IncidentView {
    /// Puts together what is known of an incident.
    #[must_use]
    pub fn new(incident: &Incident, mut parts: Parts) -> Self {
        // In the order of their names, whatever the order they came in.
        parts.labels.sort();
        let root_cause = parts.diagnosis.and_then(|it| it.root_cause);
        let changed_at = root_cause.as_ref().and_then(|it| it.changed_at);
        let mut conditions: Vec<String> = Vec::new();
        for finding in &incident.findings {
            if !conditions.contains(&finding.condition) {
                conditions.push(finding.condition.clone());
            }
        }
        Self {
            id: incident.id,
            cluster: incident.cluster.clone(),
            namespace: incident.namespace.clone(),
            severity: incident.severity,
            opened_at: incident.opened_at,
            closed_at: incident.closed_at,
            detected_after: changed_at.map(|at| seconds(incident.opened_at.seconds_since(at))),
            objects: incident.objects(),
            findings: incident.findings.iter().map(|it| it.id).collect(),
            anomalies: incident.anomalies.iter().map(|it| it.id).collect(),
            conditions,
            root_cause,
            plan: parts.plan,
            outcome: parts.outcome.unwrap_or_default().into(),
            labels: parts.labels,
        }
    }
}

/// Never before the change, and no more digits than the clocks have.
fn seconds(seconds: f64) -> f64 {
    (seconds.max(0.0) * 1000.0).round() / 1000.0
}
