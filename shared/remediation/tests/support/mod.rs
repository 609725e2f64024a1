//! Diagnoses of a web shop, and what the planner makes of them.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::panic, reason = "test support")]

pub(crate) mod cases;

use chiron_model::{
    Action, Change, Decision, Diagnosis, FieldPath, FieldValue, Finding, Hypothesis, Id, Incident,
    Management, Mechanism, ObjectRef, Plan, Relation, RootCause, Score, Severity, Suspect, Timestamp,
};
use chiron_remediation::{Policy, plan};
use serde_json::{Map, Value, json};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + second)
}

pub(crate) fn object(kind: &str, name: &str) -> ObjectRef {
    let is_of_cluster =
        matches!(kind, "Node" | "PersistentVolume" | "Namespace" | "CustomResourceDefinition");
    ObjectRef {
        cluster: "lab".to_owned(),
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: if is_of_cluster { String::new() } else { "shop".to_owned() },
        name: name.to_owned(),
        uid: format!("uid-{kind}-{name}"),
    }
}

/// A field of an object was changed by hand shortly before the trouble.
pub(crate) fn changed(object: ObjectRef, field: &str, from: Value, to: Value) -> RootCause {
    RootCause {
        mechanism: Mechanism::EnvironmentChanged,
        object,
        field: FieldPath::from(field),
        from,
        to,
        changed_at: Some(at(-5)),
        changed_by: Some("kubectl-edit".to_owned()),
        confidence: Score::clamped(0.97),
        evidence: vec![Id::derive(&["change"])],
    }
}

/// A field below the pod template of the Deployment `web` was changed.
pub(crate) fn template(field: &str, from: Value, to: Value) -> RootCause {
    changed(object("Deployment", "web"), &format!("spec.template.{field}"), from, to)
}

/// The memory limit of the Deployment `web` was lowered.
pub(crate) fn memory() -> RootCause {
    let field = "spec.containers[web].resources.limits.memory";
    RootCause { mechanism: Mechanism::MemoryLimitBelowNeed, ..template(field, json!("64Mi"), json!("24Mi")) }
}

/// An object appeared.
pub(crate) fn made(kind: &str, name: &str) -> RootCause {
    changed(object(kind, name), "", Value::Null, json!({"spec": {}}))
}

/// An object vanished.
pub(crate) fn gone(kind: &str, name: &str) -> RootCause {
    changed(object(kind, name), "", json!({"kind": kind, "data": {"MODE": "fast"}}), Value::Null)
}

/// The cause is read from what is there; no change was seen.
pub(crate) fn read_from_state(cause: RootCause) -> RootCause {
    RootCause {
        from: Value::Null,
        changed_at: None,
        changed_by: None,
        confidence: Score::clamped(0.5),
        ..cause
    }
}

/// The pods of the Deployment `web` crash because of that.
pub(crate) fn diagnosis(cause: &RootCause) -> Diagnosis {
    let relation = cause.changed_at.map(|_| relation(&cause.object));
    let suspects = relation.map(|relation| suspect(cause, relation)).into_iter().collect();
    let incident = Incident {
        id: Id::derive(&["incident"]),
        cluster: "lab".to_owned(),
        namespace: "shop".to_owned(),
        group: "shop/Deployment/web".to_owned(),
        severity: Severity::Critical,
        opened_at: at(0),
        closed_at: None,
        relapses: 0,
        findings: vec![Finding { suspects, ..finding("web") }],
        anomalies: Vec::new(),
    };
    Diagnosis {
        incident,
        at: at(2),
        root_cause: Some(cause.clone()),
        hypotheses: vec![Hypothesis { cause: cause.clone(), relation, reason: "It fits.".to_owned() }],
        management: None,
    }
}

/// A pod of that Deployment crashes.
pub(crate) fn finding(workload: &str) -> Finding {
    Finding {
        id: Id::derive(&["crash-loop", workload]),
        rule: "crash-loop".to_owned(),
        condition: "CrashLoopBackOff".to_owned(),
        severity: Severity::Critical,
        group: format!("shop/Deployment/{workload}"),
        object: object("Pod", &format!("{workload}-1")),
        workload: object("Deployment", workload),
        container: Some("web".to_owned()),
        message: "It crashes.".to_owned(),
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

/// The change behind a cause.
pub(crate) fn change(cause: &RootCause) -> Change {
    Change {
        object: cause.object.clone(),
        field: cause.field.clone(),
        from: cause.from.clone(),
        to: cause.to.clone(),
        at: at(-5),
        by: cause.changed_by.clone(),
        observation: Id::derive(&["change"]),
    }
}

fn suspect(cause: &RootCause, relation: Relation) -> Suspect {
    Suspect { relation, management: None, unseen: false, change: change(cause) }
}

fn relation(object: &ObjectRef) -> Relation {
    match object.kind.as_str() {
        "Deployment" if object.name == "web" => Relation::Itself,
        "ResourceQuota" | "LimitRange" => Relation::Limits,
        "Service" | "NetworkPolicy" => Relation::Routes,
        "Node" => Relation::Hosts,
        "Deployment" => Relation::Calls,
        _ => Relation::Reads,
    }
}

/// The object of the root cause belongs to a tool.
pub(crate) fn managed(cause: &RootCause, tool: &str, source: &str) -> Diagnosis {
    let management = Some(Management { tool: tool.to_owned(), source: source.to_owned() });
    Diagnosis { management, ..diagnosis(cause) }
}

/// What a quota said when it refused pods of that workload.
pub(crate) fn refusal(workload: &str, quota: &str, figures: [&str; 3], missing: u64) -> Finding {
    let [requested, used, limited] = figures;
    let facts = json!({
        "quota": quota,
        "requested": requested,
        "used": used,
        "limited": limited,
        "missingReplicas": missing,
    });
    let mut finding = Finding {
        rule: "create-refused".to_owned(),
        condition: "FailedCreate".to_owned(),
        container: None,
        ..finding(workload)
    };
    finding.facts = facts.as_object().cloned().unwrap_or_default();
    finding
}

/// What is planned under the default policy.
pub(crate) fn proposed(diagnosis: &Diagnosis) -> Plan {
    match plan(diagnosis, &Policy::default()) {
        Decision::Proposed(plan) => plan,
        Decision::Declined { declined } => panic!("expected a plan, got: {declined}"),
    }
}

/// Why nothing is planned under the default policy.
pub(crate) fn declined(diagnosis: &Diagnosis) -> String {
    match plan(diagnosis, &Policy::default()) {
        Decision::Proposed(plan) => panic!("expected no plan, got {plan:?}"),
        Decision::Declined { declined } => declined,
    }
}

/// The one action of a plan.
pub(crate) fn only(plan: &Plan) -> &Action {
    let [action] = plan.actions.as_slice() else { panic!("expected one action, got {:?}", plan.actions) };
    action
}

/// The field of the root cause with the value it had before.
pub(crate) fn before(cause: &RootCause) -> FieldValue {
    FieldValue { field: cause.field.clone(), value: cause.from.clone() }
}

/// The field of the root cause with the value it has now.
pub(crate) fn after(cause: &RootCause) -> FieldValue {
    FieldValue { field: cause.field.clone(), value: cause.to.clone() }
}
