//! An incident of a web shop, what is decided on it, and a verifier that follows it.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::panic, reason = "test support")]

use chiron_events::{
    ActionOutcome, ClockTicked, Context, DiagnosisCompleted, IncidentClosed, IncidentOpened, IncidentUpdated,
    IncidentVerified, Payload, PlanDeclined, PlanExecuted, PlanProposed,
};
use chiron_function::Fold;
use chiron_model::{
    Action, Approval, Change, Clearance, Diagnosis, FieldPath, FieldValue, Finding, Id, Incident, Lane,
    Mechanism, ObjectRef, Plan, Precondition, Risk, Rollback, RootCause, Score, Severity, Timestamp, Verb,
    Verification,
};
use chiron_verify::{Cases, Checked, Followed, Verify};
use serde_json::{Map, Value, json};

/// The field that most incidents here are about.
pub(crate) const MEMORY: &str = "spec.template.spec.containers[web].resources.limits.memory";

/// Feeds events to `verify` and keeps its state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Follower {
    verify: Verify,
    pub(crate) cases: Cases,
}

impl Follower {
    pub(crate) fn with(verify: Verify) -> Self {
        Self { verify, ..Self::default() }
    }

    pub(crate) fn open(&mut self, incident: &Incident) -> Vec<Checked> {
        let payload = IncidentOpened { incident: incident.clone() };
        self.take(payload.time(), Followed::Opened(payload))
    }

    pub(crate) fn update(&mut self, incident: &Incident, second: i64) -> Vec<Checked> {
        let payload = IncidentUpdated { incident: incident.clone(), at: at(second) };
        self.take(payload.time(), Followed::Updated(payload))
    }

    pub(crate) fn close(&mut self, incident: &Incident) -> Vec<Checked> {
        let payload = IncidentClosed { incident: incident.clone() };
        self.take(payload.time(), Followed::Closed(payload))
    }

    pub(crate) fn diagnose(&mut self, diagnosis: &Diagnosis) -> Vec<Checked> {
        let payload = DiagnosisCompleted { diagnosis: diagnosis.clone() };
        self.take(payload.time(), Followed::Diagnosed(payload))
    }

    pub(crate) fn propose(&mut self, plan: &Plan) -> Vec<Checked> {
        let payload = PlanProposed { plan: plan.clone(), namespace: "shop".to_owned() };
        self.take(payload.time(), Followed::Proposed(payload))
    }

    pub(crate) fn decline(&mut self, incident: &Incident) -> Vec<Checked> {
        let payload = PlanDeclined {
            incident: incident.id,
            namespace: "shop".to_owned(),
            reason: "nothing to go back to".to_owned(),
            at: at(1),
        };
        self.take(payload.time(), Followed::Declined(payload))
    }

    pub(crate) fn execute(&mut self, plan: &Plan, outcome: ActionOutcome, second: i64) -> Vec<Checked> {
        let payload = PlanExecuted {
            plan: plan.id,
            incident: plan.incident,
            namespace: "shop".to_owned(),
            outcome,
            reason: String::new(),
            at: at(second),
        };
        self.take(payload.time(), Followed::Executed(payload))
    }

    pub(crate) fn tick(&mut self, second: i64) -> Vec<Checked> {
        let payload = ClockTicked { cluster: "lab".to_owned(), namespace: "shop".to_owned(), at: at(second) };
        self.take(payload.time(), Followed::Ticked(payload))
    }

    fn take(&mut self, time: Option<Timestamp>, input: Followed) -> Vec<Checked> {
        let context =
            Context { cluster: "lab".to_owned(), lane: Lane::replay("r1"), time, ..Context::default() };
        self.verify.fold(&context, &mut self.cases, input)
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + second)
}

pub(crate) fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        cluster: "lab".to_owned(),
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: "shop".to_owned(),
        name: name.to_owned(),
        uid: format!("uid-{kind}-{name}"),
    }
}

/// A pod of that Deployment is killed for want of memory.
pub(crate) fn finding(workload: &str) -> Finding {
    Finding {
        id: Id::derive(&["out-of-memory", workload]),
        rule: "out-of-memory".to_owned(),
        condition: "OOMKilled".to_owned(),
        severity: Severity::Critical,
        group: format!("shop/Deployment/{workload}"),
        object: object("Pod", &format!("{workload}-1")),
        workload: object("Deployment", workload),
        container: Some(workload.to_owned()),
        message: "Killed for want of memory.".to_owned(),
        first_seen: at(0),
        last_seen: at(0),
        updated_at: at(0),
        cleared_at: None,
        clearance: None,
        evidence: vec![Id::derive(&["observation", workload])],
        excerpts: Vec::new(),
        suspects: Vec::new(),
        repairs: Vec::new(),
        facts: Map::new(),
        standing: None,
    }
}

/// An incident of these findings, open since second 0.
pub(crate) fn incident(findings: Vec<Finding>) -> Incident {
    Incident {
        id: Id::derive(&["incident", &findings[0].id.to_string()]),
        cluster: "lab".to_owned(),
        namespace: "shop".to_owned(),
        group: findings[0].group.clone(),
        severity: Severity::Critical,
        opened_at: at(0),
        closed_at: None,
        relapses: 0,
        anomalies: Vec::new(),
        findings,
    }
}

/// The incident of the Deployment `web`.
pub(crate) fn web() -> Incident {
    incident(vec![finding("web")])
}

/// The incident after its findings ended like this, in their order.
pub(crate) fn ended(incident: &Incident, second: i64, clearances: &[Clearance]) -> Incident {
    let mut incident = incident.clone();
    incident.closed_at = Some(at(second));
    for (finding, clearance) in incident.findings.iter_mut().zip(clearances) {
        finding.cleared_at = Some(at(second));
        finding.updated_at = at(second);
        finding.clearance = Some(*clearance);
    }
    incident
}

/// The incident, well again at that second after these changes.
pub(crate) fn repaired(incident: &Incident, second: i64, repairs: &[Change]) -> Incident {
    let mut incident = ended(incident, second, &vec![Clearance::Healthy; incident.findings.len()]);
    incident.findings[0].repairs = repairs.to_vec();
    incident
}

pub(crate) fn change(object: ObjectRef, field: &str, (from, to): (Value, Value), second: i64) -> Change {
    Change {
        observation: Id::derive(&["change", &object.uid, field, &second.to_string()]),
        object,
        field: FieldPath::from(field),
        from,
        to,
        at: at(second),
        by: Some("kubectl-edit".to_owned()),
    }
}

/// The memory limit of `web` is set to `to`.
pub(crate) fn memory(to: &str, second: i64) -> Change {
    change(object("Deployment", "web"), MEMORY, (json!("24Mi"), json!(to)), second)
}

/// The memory limit of `web` was lowered; found out at that second.
pub(crate) fn diagnosis(incident: &Incident, second: i64) -> Diagnosis {
    let cause = RootCause {
        mechanism: Mechanism::MemoryLimitBelowNeed,
        object: object("Deployment", "web"),
        field: FieldPath::from(MEMORY),
        from: json!("64Mi"),
        to: json!("24Mi"),
        changed_at: Some(at(-5)),
        changed_by: Some("kubectl-set".to_owned()),
        confidence: Score::clamped(0.97),
        evidence: Vec::new(),
    };
    Diagnosis {
        incident: incident.clone(),
        at: at(second),
        root_cause: Some(cause),
        hypotheses: Vec::new(),
        management: None,
    }
}

/// A plan that writes one field of an object.
pub(crate) fn plan(incident: &Incident, object: ObjectRef, field: &str, value: Value) -> Plan {
    let held = FieldValue { field: FieldPath::from(field), value: Value::Null };
    Plan {
        id: Id::derive(&["plan", &incident.id.to_string(), field]),
        incident: incident.id,
        at: at(1),
        risk: Risk::Low,
        approval: Approval::default(),
        actions: vec![Action {
            verb: Verb::RevertFields { fields: vec![FieldValue { field: FieldPath::from(field), value }] },
            precondition: Precondition { uid: object.uid.clone(), fields: vec![held.clone()] },
            object,
            verification: Verification { expect: "web is well".to_owned(), sustained_seconds: 60 },
            rollback: Some(Rollback { fields: vec![held] }),
        }],
    }
}

/// The plan to set the memory limit of `web` back to 64Mi.
pub(crate) fn memory_plan(incident: &Incident) -> Plan {
    plan(incident, object("Deployment", "web"), MEMORY, json!("64Mi"))
}

/// The one verdict that was given.
pub(crate) fn verdict(checked: &[Checked]) -> &IncidentVerified {
    let [Checked::Verified(it)] = checked else { panic!("expected one verdict, got {checked:?}") };
    it
}
