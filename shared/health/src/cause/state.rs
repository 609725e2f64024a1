//! Causes read from the present state alone, when no change was seen that explains it.

use super::{
    Blame,
    symptom::{Trouble, fact, trouble},
};
use chiron_model::{FieldPath, Finding, Hypothesis, Mechanism, ObjectRef, RootCause, Score};
use serde_json::{Value, json};

/// Without a change there is no knowing that the value was ever different.
const CONFIDENCE: f64 = 0.5;

/// What the state of the object in trouble says about the cause.
pub(crate) fn hypothesis(finding: &Finding) -> Option<Hypothesis> {
    if let Some(Blame { mechanism, object, field, value }) = Blame::of(finding) {
        return Some(present(finding, mechanism, object, field, value));
    }
    let container = fact(finding, "containerPath");
    // A workload that nobody saw has no fields to name: then they are those of the pod.
    let is_of_pod = container.starts_with("spec.containers") || container.starts_with("spec.initContainers");
    let subject = if is_of_pod { &finding.object } else { &finding.workload };
    let place = |field: &str| FieldPath::from(format!("{container}.{field}").as_str());
    let (mechanism, object, field, to) = match trouble(finding) {
        Trouble::Memory => (
            Mechanism::MemoryLimitBelowNeed,
            subject.clone(),
            place("resources.limits.memory"),
            json!(fact(finding, "memoryLimit")),
        ),
        Trouble::Image => {
            let denied = finding.facts.get("denied") == Some(&json!(true));
            let mechanism =
                if denied { Mechanism::RegistryAccessDenied } else { Mechanism::ImageNotPullable };
            (mechanism, subject.clone(), place("image"), json!(fact(finding, "image")))
        }
        Trouble::Refused if !fact(finding, "quota").is_empty() => (
            Mechanism::QuotaExhausted,
            quota(finding),
            FieldPath::from("spec.hard").key(&resource(fact(finding, "limited"))),
            json!(amount(fact(finding, "limited"))),
        ),
        Trouble::Start => (Mechanism::CommandNotRunnable, subject.clone(), place("command"), Value::Null),
        Trouble::NoEndpoints => (
            Mechanism::ServiceSelectorMismatch,
            finding.object.clone(),
            FieldPath::from("spec.selector"),
            Value::Null,
        ),
        Trouble::Config => missing(finding)?,
        Trouble::Crash
        | Trouble::Liveness
        | Trouble::Startup
        | Trouble::NotReady
        | Trouble::Unschedulable
        | Trouble::Refused
        | Trouble::Mount
        | Trouble::Port
        | Trouble::Claim
        | Trouble::Autoscaler
        | Trouble::Evicted
        | Trouble::Node
        | Trouble::Consequence => return None,
    };
    Some(present(finding, mechanism, object, field, to))
}

fn present(
    finding: &Finding,
    mechanism: Mechanism,
    object: ObjectRef,
    field: FieldPath,
    to: Value,
) -> Hypothesis {
    let cause = RootCause {
        mechanism,
        object,
        field,
        from: Value::Null,
        to,
        changed_at: None,
        changed_by: None,
        confidence: Score::clamped(CONFIDENCE),
        evidence: finding.evidence.clone(),
    };
    let reason = "Read from the present state: no change that explains it was seen.".to_owned();
    Hypothesis { cause, relation: None, reason }
}

/// What the state says beside what changes say: nothing when a change of the same field was seen; with the time of the
/// creation when the object was made as it is.
pub(crate) fn beside(state: Hypothesis, is_blamed: bool, changes: &[Hypothesis]) -> Option<Hypothesis> {
    let mut same =
        changes.iter().map(|it| &it.cause).filter(|it| it.object.is_same_place(&state.cause.object));
    if same.clone().any(|it| it.field == state.cause.field) {
        return None;
    }
    // A status is written after the object was made, so its making tells nothing of it.
    let is_made_so = !state.cause.field.is_within("status");
    let creation = same.find(|it| is_made_so && it.field.is_root() && it.from.is_null());
    let Some(creation) = creation else { return Some(state) };
    let mut evidence = creation.evidence.clone();
    evidence.extend(state.cause.evidence.iter().filter(|id| !creation.evidence.contains(id)));
    Some(Hypothesis {
        cause: RootCause {
            // What a rule blames is what is wrong with what was made: as sure as the whole, and more to the point.
            confidence: if is_blamed && creation.confidence.value() > CONFIDENCE {
                creation.confidence
            } else {
                state.cause.confidence
            },
            changed_at: creation.changed_at,
            changed_by: creation.changed_by.clone(),
            evidence,
            ..state.cause
        },
        reason: format!("{} The object was made so.", state.cause.mechanism.about()),
        relation: state.relation,
    })
}

/// What the kubelet says is not there: `configmap "settings" not found`, or
/// `couldn't find key mode in ConfigMap shop/settings`.
fn missing(finding: &Finding) -> Option<(Mechanism, ObjectRef, FieldPath, Value)> {
    let said = fact(finding, "said");
    let of_kind = |kind: &str, name: &str| ObjectRef {
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        uid: String::new(),
        ..finding.object.clone()
    };
    for (kind, word) in [("ConfigMap", "configmap \""), ("Secret", "secret \"")] {
        let name = said.split_once(word).and_then(|(_, rest)| rest.split_once("\" not found"));
        if let Some((name, _)) = name {
            let object = of_kind(kind, name);
            return Some((Mechanism::ConfigurationObjectMissing, object, FieldPath::root(), Value::Null));
        }
        let key =
            said.split_once("couldn't find key ").and_then(|(_, it)| it.split_once(&format!(" in {kind} ")));
        if let Some((key, place)) = key {
            let name = place.rsplit('/').next().unwrap_or(place).trim();
            let field = FieldPath::from("data").key(key);
            return Some((
                Mechanism::ReferenceToMissingConfiguration,
                of_kind(kind, name),
                field,
                Value::Null,
            ));
        }
    }
    None
}

fn quota(finding: &Finding) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: "ResourceQuota".to_owned(),
        name: fact(finding, "quota").to_owned(),
        uid: String::new(),
        ..finding.object.clone()
    }
}

fn resource(figures: &str) -> String {
    figures.split('=').next().unwrap_or_default().to_owned()
}

fn amount(figures: &str) -> String {
    figures
        .split(',')
        .next()
        .and_then(|it| it.split_once('='))
        .map_or_else(String::new, |(_, it)| it.to_owned())
}
