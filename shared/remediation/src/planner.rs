//! The rule planner: takes the cause away by the least change that was seen to work, or says why it does not.

use crate::{
    Policy,
    shortfall::shortfalls,
    steps::{evict_stuck, is_gone, restart, revert, verification, write},
    validation::validate,
};
use chiron_model::{
    Action, Decision, Diagnosis, FieldPath, FieldValue, Id, Mechanism, Plan, Risk, RootCause, Verb,
    is_redacted, is_shortened, without_hashes,
};
use serde_json::Value;

/// Decides what to do about a diagnosed incident.
#[must_use]
pub fn plan(diagnosis: &Diagnosis, policy: &Policy) -> Decision {
    let Some(cause) = &diagnosis.root_cause else {
        return decline("no change that explains the incident was seen; a person has to look");
    };
    match actions(diagnosis, cause, policy) {
        Ok(actions) => propose(diagnosis, cause, policy, actions),
        Err(reason) => Decision::Declined { declined: reason },
    }
}

fn decline(reason: &str) -> Decision {
    Decision::Declined { declined: reason.to_owned() }
}

fn propose(diagnosis: &Diagnosis, cause: &RootCause, policy: &Policy, actions: Vec<Action>) -> Decision {
    let risk = actions.iter().map(|it| risk(it, policy)).max().unwrap_or_default();
    let written: String = actions.iter().map(|it| serde_json::to_string(it).unwrap_or_default()).collect();
    // The key of the redaction must not show in the name.
    let written = without_hashes(&written);
    let plan = Plan {
        id: Id::derive(&["plan", &diagnosis.incident.id.to_string(), &written]),
        incident: diagnosis.incident.id,
        at: diagnosis.at,
        risk,
        approval: policy.approval(risk, cause, diagnosis),
        actions,
    };
    match validate(&plan, diagnosis, policy) {
        Ok(()) => Decision::Proposed(plan),
        Err(reason) => Decision::Declined { declined: reason.to_string() },
    }
}

fn risk(action: &Action, policy: &Policy) -> Risk {
    let writes = action.verb.writes();
    if !writes.is_empty() && action.rollback.is_none() {
        return Risk::High;
    }
    policy.risk(&action.object, writes.iter().any(|it| it.field.is_root()))
}

/// The steps that take the cause away, or why there are none.
fn actions(diagnosis: &Diagnosis, cause: &RootCause, policy: &Policy) -> Result<Vec<Action>, String> {
    refuse_foreign(diagnosis, cause)?;
    refuse_redacted(cause)?;
    refuse_shortened(cause)?;
    let check = verification(diagnosis, policy.sustained_seconds);
    if cause.mechanism == Mechanism::QuotaExhausted && cause.object.kind == "ResourceQuota" {
        return raise_quota(diagnosis, cause, policy).map(|action| vec![action]);
    }
    if is_read_from_state(diagnosis) {
        return Err(format!(
            "no earlier value of {} of {} was recorded, so there is nothing to go back to",
            show(&cause.field),
            cause.object.title()
        ));
    }
    if cause.object.kind == "Node" && cause.field.as_str() == "spec.unschedulable" {
        return Ok(vec![write(cause, Verb::Uncordon {}, check)]);
    }
    if cause.field.is_root() && !is_gone(cause) {
        return Err(format!(
            "{} was created and is in the way; deleting what somebody just made is his decision",
            cause.object.title()
        ));
    }
    if is_gone(cause) {
        refuse_recreation(cause)?;
    }
    let mut steps = vec![revert(diagnosis, cause, check.clone())];
    steps.extend(restart(diagnosis, cause, check.clone()));
    steps.extend(evict_stuck(diagnosis, cause, check));
    Ok(steps)
}

/// Whether the cause was read from what is there now, so that no former value is known.
fn is_read_from_state(diagnosis: &Diagnosis) -> bool {
    diagnosis.hypotheses.first().is_none_or(|it| it.relation.is_none())
}

fn show(field: &FieldPath) -> String {
    if field.is_root() { "the object".to_owned() } else { field.to_string() }
}

/// What a tool rolls out again is changed at its source, not here.
fn refuse_foreign(diagnosis: &Diagnosis, cause: &RootCause) -> Result<(), String> {
    let Some(management) = &diagnosis.management else { return Ok(()) };
    let by_hand = cause.changed_by.as_deref().is_some_and(|by| by.starts_with("kubectl"));
    if management.tool == "Helm" && by_hand {
        return Ok(());
    }
    Err(format!(
        "{} belongs to {}: set {} back to {} in {}",
        cause.object.title(),
        management.tool,
        show(&cause.field),
        cause.from,
        management.source
    ))
}

/// A credential was replaced by a hash before it was stored; it cannot be written back.
fn refuse_redacted(cause: &RootCause) -> Result<(), String> {
    if cause.object.kind == "Secret" && is_gone(cause) {
        return Err(format!(
            "{} was deleted; its data is never recorded, so its owner has to restore it",
            cause.object.title()
        ));
    }
    if !is_redacted(&cause.from) {
        return Ok(());
    }
    Err(format!(
        "{} of {} was changed, and its former value is a credential that is not recorded; its owner has to restore it",
        show(&cause.field),
        cause.object.title()
    ))
}

/// What is too long to be kept with every change cannot be written back.
fn refuse_shortened(cause: &RootCause) -> Result<(), String> {
    if !is_shortened(&cause.from) {
        return Ok(());
    }
    Err(format!(
        "{} of {} was changed, and its former value is too long to be kept here; restore it from its source",
        show(&cause.field),
        cause.object.title()
    ))
}

/// Objects that hold data, or stand for more than their manifest, are not made again from it.
fn refuse_recreation(cause: &RootCause) -> Result<(), String> {
    match cause.object.kind.as_str() {
        "PersistentVolumeClaim" | "PersistentVolume" => {
            Err(format!("{} was deleted; a new claim would not bring its data back", cause.object.title()))
        }
        "Namespace" | "CustomResourceDefinition" => {
            Err(format!("{} was deleted with everything in it", cause.object.title()))
        }
        _ => Ok(()),
    }
}

/// Raises a quota to what the workloads of the namespace ask for; never removes it.
fn raise_quota(diagnosis: &Diagnosis, cause: &RootCause, policy: &Policy) -> Result<Action, String> {
    let lacks = shortfalls(&diagnosis.incident.findings, &cause.object.name);
    if lacks.is_empty() {
        return Err(format!("{} refuses pods, but its figures are not known", cause.object.title()));
    }
    let field = |resource: &str| FieldPath::from("spec.hard").key(resource);
    let fields: Vec<FieldValue> = lacks
        .iter()
        .map(|it| FieldValue { field: field(&it.resource), value: Value::from(it.needed.clone()) })
        .collect();
    let before: Vec<FieldValue> = lacks
        .iter()
        .map(|it| FieldValue { field: field(&it.resource), value: Value::from(it.limited.clone()) })
        .collect();
    let mut action =
        write(cause, Verb::PatchResources { fields }, verification(diagnosis, policy.sustained_seconds));
    action.precondition.fields.clone_from(&before);
    action.rollback = Some(chiron_model::Rollback { fields: before });
    let figures: Vec<String> = lacks
        .iter()
        .map(|it| {
            format!(
                "{} of {} {} used, {} needed for {} missing pods",
                it.used, it.limited, it.resource, it.needed, it.missing
            )
        })
        .collect();
    action.verification.expect = format!("{} ({})", action.verification.expect, figures.join("; "));
    Ok(action)
}
