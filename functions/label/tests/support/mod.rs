//! A web shop whose memory limit was lowered by one person and raised by another, and the labels made of it.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::unwrap_used, reason = "test support")]

use chiron_events::{Context, IncidentVerified};
use chiron_function::Fold;
use chiron_label::{Judged, Label, Memory};
use chiron_model::{
    Action, Agreement, Approval, Change, Clearance, Decision, Diagnosis, Excerpt, FieldPath, FieldValue,
    Finding, Hypothesis, Id, Incident, Mechanism, ObjectRef, Outcome, OutcomeState, Plan, Precondition,
    Relation, RepairedBy, Risk, Rollback, RootCause, Score, Severity, Suspect, Timestamp, TrainingLabel,
    Verb, Verification,
};
use serde_json::{Map, Value, json};

const MEMORY: &str = "spec.template.spec.containers[web].resources.limits.memory";

/// That many seconds after 10:00:00.
pub(crate) fn at(second: i64) -> Timestamp {
    let start: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
    Timestamp::from_secs(start.secs() + second)
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

pub(crate) fn id(name: &str) -> Id {
    Id::derive(&["observation", name])
}

pub(crate) fn excerpt(name: &str, second: i64) -> Excerpt {
    Excerpt { observation: id(name), at: at(second), text: format!("Pod web-1: {name}") }
}

pub(crate) fn change(by: &str, (from, to): (&str, &str), second: i64) -> Change {
    Change {
        object: object("Deployment", "web"),
        field: FieldPath::from(MEMORY),
        from: json!(from),
        to: json!(to),
        at: at(second),
        by: Some(by.to_owned()),
        observation: id(by),
    }
}

/// What lowered the limit, 5 s before the first symptom.
pub(crate) fn fault() -> Change {
    change("kubectl-set", ("64Mi", "24Mi"), -5)
}

/// What raised it again, at 10:02:30.
pub(crate) fn repair() -> Change {
    change("kubectl-edit", ("24Mi", "128Mi"), 150)
}

pub(crate) fn suspect(change: Change) -> Suspect {
    Suspect { relation: Relation::Itself, management: None, unseen: false, change }
}

pub(crate) fn finding() -> Finding {
    Finding {
        id: Id::derive(&["finding"]),
        rule: "out-of-memory".to_owned(),
        condition: "OOMKilled".to_owned(),
        severity: Severity::Critical,
        group: "shop/Deployment/web".to_owned(),
        object: object("Pod", "web-1"),
        workload: object("Deployment", "web"),
        container: Some("web".to_owned()),
        message: "Container web was killed for want of memory.".to_owned(),
        first_seen: at(0),
        last_seen: at(0),
        updated_at: at(0),
        cleared_at: None,
        clearance: None,
        evidence: vec![id("OOMKilled")],
        excerpts: vec![excerpt("OOMKilled", 0), excerpt("BackOff", 1)],
        suspects: vec![suspect(fault())],
        repairs: Vec::new(),
        facts: Map::new(),
        standing: None,
    }
}

pub(crate) fn incident(finding: Finding) -> Incident {
    Incident {
        id: Id::derive(&["incident"]),
        cluster: "lab".to_owned(),
        namespace: "shop".to_owned(),
        group: finding.group.clone(),
        severity: Severity::Critical,
        opened_at: at(0),
        closed_at: None,
        relapses: 0,
        findings: vec![finding],
        anomalies: Vec::new(),
    }
}

pub(crate) fn cause(change: &Change) -> RootCause {
    RootCause {
        mechanism: Mechanism::MemoryLimitBelowNeed,
        object: change.object.clone(),
        field: change.field.clone(),
        from: change.from.clone(),
        to: change.to.clone(),
        changed_at: Some(change.at),
        changed_by: change.by.clone(),
        confidence: Score::clamped(0.97),
        evidence: vec![change.observation, id("OOMKilled")],
    }
}

/// What was found out at 10:00:02, from a finding as it was then.
pub(crate) fn diagnosis(finding: Finding) -> Diagnosis {
    let cause = cause(&finding.suspects.first().map_or_else(fault, |it| it.change.clone()));
    Diagnosis {
        incident: incident(finding),
        at: at(2),
        root_cause: Some(cause.clone()),
        hypotheses: vec![Hypothesis {
            cause,
            relation: Some(Relation::Itself),
            reason: "It fits.".to_owned(),
        }],
        management: None,
    }
}

fn held(value: &Value) -> FieldValue {
    FieldValue { field: FieldPath::from(MEMORY), value: value.clone() }
}

/// The plan to set the limit back.
fn plan(cause: &RootCause) -> Plan {
    Plan {
        id: Id::derive(&["plan"]),
        incident: Id::derive(&["incident"]),
        at: at(2),
        risk: Risk::Low,
        approval: Approval { required: false, reason: "it was seen to work".to_owned() },
        actions: vec![Action {
            verb: Verb::RevertFields { fields: vec![held(&cause.from)] },
            object: cause.object.clone(),
            precondition: Precondition { uid: cause.object.uid.clone(), fields: vec![held(&cause.to)] },
            verification: Verification {
                expect: "Deployment/web has all its replicas".to_owned(),
                sustained_seconds: 60,
            },
            rollback: Some(Rollback { fields: vec![held(&cause.to)] }),
        }],
    }
}

pub(crate) fn outcome() -> Outcome {
    Outcome {
        state: OutcomeState::Verified,
        recovered_at: Some(at(160)),
        sustained_for: 60.0,
        repaired_by: RepairedBy::External,
        agrees_with_plan: Agreement::SameField,
        repairs: vec![repair()],
    }
}

/// How the incident stands at 10:03:40, after that diagnosis.
pub(crate) fn verified(diagnosis: Diagnosis) -> IncidentVerified {
    let mut ended = finding();
    ended.cleared_at = Some(at(160));
    ended.clearance = Some(Clearance::Healthy);
    ended.excerpts.push(excerpt("Killed once more", 140));
    ended.repairs.push(repair());
    let decision = diagnosis.root_cause.as_ref().map(|it| Decision::Proposed(plan(it)));
    IncidentVerified {
        incident: Incident { closed_at: Some(at(160)), ..incident(ended) },
        diagnosis: Some(diagnosis),
        decision,
        outcome: outcome(),
        at: at(220),
    }
}

/// What `label` makes of an incident it never heard of.
pub(crate) fn labels(verified: IncidentVerified) -> Vec<TrainingLabel> {
    judge(&mut Memory::default(), Judged::Verified(Box::new(verified)))
}

pub(crate) fn judge(memory: &mut Memory, judged: Judged) -> Vec<TrainingLabel> {
    Label.fold(&Context::default(), memory, judged).into_iter().map(|it| it.label).collect()
}
