//! Findings as `assess` raises them, and a correlator to feed them to.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::panic, reason = "test support")]

use chiron_correlate::{Correlate, Heard, Open, Told};
use chiron_events::{Context, FindingCleared, FindingRaised};
use chiron_function::Fold;
use chiron_model::{
    Change, Clearance, Excerpt, FieldPath, Finding, Id, Incident, ObjectRef, Relation, Severity, Suspect,
    Timestamp,
};
use serde_json::{Map, Value, json};

/// Feeds events to `correlate` and keeps its state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Correlator {
    pub(crate) open: Open,
}

impl Correlator {
    pub(crate) fn raise(&mut self, finding: &Finding) -> Vec<Told> {
        self.take(finding.updated_at, Heard::Raised(FindingRaised { finding: finding.clone() }))
    }

    pub(crate) fn clear(&mut self, finding: &Finding) -> Vec<Told> {
        self.take(finding.updated_at, Heard::Cleared(FindingCleared { finding: finding.clone() }))
    }

    pub(crate) fn take(&mut self, time: Timestamp, heard: Heard) -> Vec<Told> {
        let context = Context { cluster: "lab".to_owned(), time: Some(time), ..Context::default() };
        Correlate.fold(&context, &mut self.open, heard)
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + second)
}

pub(crate) fn object(kind: &str, namespace: &str, name: &str) -> ObjectRef {
    ObjectRef {
        cluster: "lab".to_owned(),
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        uid: format!("uid-{namespace}-{kind}-{name}"),
    }
}

pub(crate) fn deployment(name: &str) -> ObjectRef {
    object("Deployment", "shop", name)
}

/// A pod of that workload crashes from that second on.
pub(crate) fn trouble(workload: &ObjectRef, pod: &str, second: i64) -> Finding {
    let object = object("Pod", &workload.namespace, pod);
    let place = if workload.namespace.is_empty() { &workload.cluster } else { &workload.namespace };
    let observation = Id::derive(&["observation", &object.uid, &second.to_string()]);
    Finding {
        id: Id::derive(&["crash-loop", &object.uid, &second.to_string()]),
        rule: "crash-loop".to_owned(),
        condition: "CrashLoopBackOff".to_owned(),
        severity: Severity::Warning,
        group: format!("{place}/{}", workload.title()),
        object,
        workload: workload.clone(),
        container: Some("web".to_owned()),
        message: format!("{pod} crashes."),
        first_seen: at(second),
        last_seen: at(second),
        updated_at: at(second),
        cleared_at: None,
        clearance: None,
        evidence: vec![observation],
        excerpts: vec![Excerpt { observation, at: at(second), text: format!("{pod} crashed") }],
        suspects: Vec::new(),
        repairs: Vec::new(),
        facts: Map::new(),
        standing: None,
    }
}

/// A node is not well from that second on.
pub(crate) fn node_trouble(node: &ObjectRef, second: i64) -> Finding {
    Finding {
        rule: "node-health".to_owned(),
        condition: "NodeNotReady".to_owned(),
        object: node.clone(),
        container: None,
        ..trouble(node, &node.name, second)
    }
}

/// The finding, with a change that may have caused it.
pub(crate) fn suspecting(finding: Finding, relation: Relation, change: &Change) -> Finding {
    let suspect = Suspect { relation, management: None, unseen: false, change: change.clone() };
    Finding { suspects: vec![suspect], ..finding }
}

pub(crate) fn change(object: &ObjectRef, field: &str, second: i64) -> Change {
    Change {
        object: object.clone(),
        field: FieldPath::from(field),
        from: json!("before"),
        to: json!("after"),
        at: at(second),
        by: Some("kubectl-edit".to_owned()),
        observation: Id::derive(&["change", &object.uid, &second.to_string()]),
    }
}

/// The whole object appeared.
pub(crate) fn creation(object: &ObjectRef, second: i64) -> Change {
    Change { from: Value::Null, to: json!({"spec": {}}), ..change(object, "", second) }
}

/// The end of a finding.
pub(crate) fn cleared(finding: &Finding, second: i64) -> Finding {
    Finding {
        updated_at: at(second),
        cleared_at: Some(at(second)),
        clearance: Some(Clearance::Healthy),
        ..finding.clone()
    }
}

/// The incident of the one event that was told.
pub(crate) fn incident(told: &[Told]) -> &Incident {
    let [only] = told else { panic!("expected one event, got {told:?}") };
    match only {
        Told::Opened(it) => &it.incident,
        Told::Updated(it) => &it.incident,
        Told::Closed(it) => &it.incident,
    }
}

/// The incident that was told to open.
pub(crate) fn opened(told: &[Told]) -> &Incident {
    let [Told::Opened(it)] = told else { panic!("expected an incident that opens, got {told:?}") };
    &it.incident
}

/// The incident of which more was told.
pub(crate) fn updated(told: &[Told]) -> &Incident {
    let [Told::Updated(it)] = told else { panic!("expected an incident that goes on, got {told:?}") };
    &it.incident
}

/// The incident that was told to close.
pub(crate) fn closed(told: &[Told]) -> &Incident {
    let [Told::Closed(it)] = told else { panic!("expected an incident that closes, got {told:?}") };
    &it.incident
}
