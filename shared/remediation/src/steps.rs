//! The steps of a plan.

use crate::siblings::siblings;
use chiron_model::{
    Action, Diagnosis, FieldValue, Finding, Precondition, Relation, Rollback, RootCause, Verb, Verification,
    is_redacted, is_shortened,
};

/// Restores the value that the field of the root cause had before, and those of what was changed with it.
pub(crate) fn revert(diagnosis: &Diagnosis, cause: &RootCause, verification: Verification) -> Action {
    let siblings = siblings(diagnosis, cause);
    let mut fields = vec![FieldValue { field: cause.field.clone(), value: cause.from.clone() }];
    fields.extend(siblings.iter().map(|it| FieldValue { field: it.field.clone(), value: it.from.clone() }));
    let mut action = write(cause, Verb::RevertFields { fields }, verification);
    let now: Vec<FieldValue> =
        siblings.iter().map(|it| FieldValue { field: it.field.clone(), value: it.to.clone() }).collect();
    if let Some(rollback) = &mut action.rollback {
        rollback.fields.extend(now.clone());
    }
    action.precondition.fields.extend(now);
    action
}

/// Writes fields of the object of the root cause, if they still have the values that caused the trouble.
pub(crate) fn write(cause: &RootCause, verb: Verb, verification: Verification) -> Action {
    let now = FieldValue { field: cause.field.clone(), value: cause.to.clone() };
    // An object that vanished must still be gone.
    let uid = if is_gone(cause) { String::new() } else { cause.object.uid.clone() };
    // What was not recorded cannot be written back.
    let is_known = !is_redacted(&now.value) && !is_shortened(&now.value);
    let rollback = is_known.then(|| Rollback { fields: vec![now.clone()] });
    Action {
        verb,
        object: cause.object.clone(),
        precondition: Precondition { uid, fields: vec![now] },
        verification,
        rollback,
    }
}

/// Whether the whole object vanished.
pub(crate) fn is_gone(cause: &RootCause) -> bool {
    cause.field.is_root() && cause.to.is_null()
}

/// Running pods keep the environment they were started with: they are started anew when the configuration they read
/// from it is restored. Pods that crash are started anew anyway.
pub(crate) fn restart(
    diagnosis: &Diagnosis,
    cause: &RootCause,
    verification: Verification,
) -> Option<Action> {
    let is_configuration = matches!(cause.object.kind.as_str(), "ConfigMap" | "Secret");
    let running = diagnosis.incident.findings.iter().find(|it| it.rule == "not-ready" && reads(it, cause))?;
    is_configuration.then(|| Action {
        verb: Verb::RolloutRestart {},
        object: running.workload.clone(),
        precondition: Precondition { uid: running.workload.uid.clone(), fields: Vec::new() },
        verification,
        rollback: None,
    })
}

/// A StatefulSet replaces its pods one by one and waits for each: a pod that never becomes ready keeps its old template
/// until somebody removes it.
pub(crate) fn evict_stuck(
    diagnosis: &Diagnosis,
    cause: &RootCause,
    verification: Verification,
) -> Option<Action> {
    let stuck =
        diagnosis.incident.findings.iter().find(|it| {
            it.is_active() && it.object.kind == "Pod" && it.workload.is_same_place(&cause.object)
        })?;
    let is_template = cause.object.kind == "StatefulSet" && cause.field.is_within("spec.template");
    is_template.then(|| Action {
        verb: Verb::EvictPod {},
        object: stuck.object.clone(),
        precondition: Precondition { uid: stuck.object.uid.clone(), fields: Vec::new() },
        verification,
        rollback: None,
    })
}

fn reads(finding: &Finding, cause: &RootCause) -> bool {
    finding
        .suspects
        .iter()
        .any(|it| it.relation == Relation::Reads && it.change.object.uid == cause.object.uid)
}

/// What must hold once the cause is gone.
pub(crate) fn verification(diagnosis: &Diagnosis, sustained_seconds: u64) -> Verification {
    let findings = &diagnosis.incident.findings;
    let names = each_once(findings.iter().map(|it| it.workload.title()));
    let conditions = each_once(findings.iter().map(|it| it.condition.clone()));
    Verification {
        expect: format!(
            "{} has all the replicas or endpoints it is meant to have, and shows no {}",
            names.join(", "),
            conditions.join(" or ")
        ),
        sustained_seconds,
    }
}

/// In the order of their first appearance.
fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}
