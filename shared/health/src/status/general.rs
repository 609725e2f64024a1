//! How any custom resource is read: by the conventions that most controllers follow.
//!
//! Source: the Kubernetes API conventions on conditions, and kstatus.

use serde_json::Value;

use super::{
    catalogue, conditions,
    health::{
        Health::{Degraded, Healthy, Progressing, Suspended, Unknown},
        ObjectHealth,
    },
    reason,
    step::follow,
    words,
};
use crate::view;

/// Where controllers put one word for the whole.
const WORD: &[&str] = &[
    "status.phase",
    "status.state",
    "status.health",
    "status.health.status",
    "status.status",
    "status.currentState",
    "status.currentStatus",
    "status.currentPhase",
    "status.printableStatus",
    "status.lifecycleState",
    "status.compliant",
    "status.syncStatus",
    "status.deploymentStatus",
    "status.jobStatus.state",
    "status.result",
    "status.clusterStatus",
    "status.value",
    "status.lastOperation.state",
    "status.stageStatus",
];
/// Where controllers put one switch for the whole.
const SWITCH: &[&str] = &[
    "status.ready",
    "status.succeeded",
    "status.healthy",
    "status.available",
    "status.readyToUse",
    "status.connected",
    "status.valid",
    "status.applied",
    "status.synced",
    "status.success",
    "status.active",
    "status.initialized",
];
/// Where controllers put the text of what went wrong.
const TROUBLE: &[&str] = &[
    "status.error",
    "status.error.message",
    "status.errorMessage",
    "status.failureMessage",
    "status.failureReason",
    "status.lastError",
    "status.lastErrorMessage",
];

/// The health of any custom resource.
pub(super) fn read(object: &Value) -> ObjectHealth {
    if is_without_status(object) {
        return Progressing.because("waiting for a status");
    }
    if let Some(word) = view::at(object, &["status"]).as_str() {
        return words::health_of(word)
            .unwrap_or(Unknown)
            .because(format!("status is {}", reason::line(word)));
    }
    if !view::at(object, &["status"]).is_object() {
        return Unknown.because("the status is not an object");
    }
    stopped(object)
        .or_else(|| stale(object))
        .or_else(|| catalogue::by_parents(object))
        .or_else(|| by_conditions_and_word(object))
        .or_else(|| trouble(object))
        .or_else(|| by_switch(object))
        .or_else(|| by_replicas(object))
        .or_else(|| conditions::by_ending(object))
        .unwrap_or_else(|| by_generation(object))
}

/// Whether no controller has said anything yet.
pub(super) fn is_without_status(object: &Value) -> bool {
    match view::at(object, &["status"]) {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Progressing while the controller has not seen the newest spec.
pub(super) fn stale(object: &Value) -> Option<ObjectHealth> {
    let wanted = number(view::at(object, &["metadata", "generation"]))?;
    let seen = number(view::at(object, &["status", "observedGeneration"]))?;
    (seen < wanted).then(|| Progressing.because("the controller has not seen the newest spec yet"))
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn stopped(object: &Value) -> Option<ObjectHealth> {
    ["spec.suspend", "spec.suspended", "spec.paused", "spec.pause"]
        .iter()
        .find(|path| follow(object, path).as_bool() == Some(true))
        .map(|path| Suspended.because(format!("{path} is true")))
}

fn by_conditions_and_word(object: &Value) -> Option<ObjectHealth> {
    let said = conditions::by_known(object);
    let word = by_word(object);
    match (said, word) {
        (Some(said), Some(word)) if said.health == Healthy && word.health == Degraded => Some(word),
        (Some(said), _) => Some(said),
        (None, word) => word,
    }
}

fn by_word(object: &Value) -> Option<ObjectHealth> {
    WORD.iter().find_map(|path| {
        let word = follow(object, path).as_str()?;
        let said = words::health_of(word)?;
        let still_runs = said == Healthy && is_one_off(object) && is_at_work(word);
        let health = if still_runs { Progressing } else { said };
        let name = path.strip_prefix("status.").unwrap_or(path);
        Some(health.because(reason::told(object, &format!("{name} is {word}"))))
    })
}

/// Kinds that are meant to end, by the last word of their names: for those, running is not the goal.
fn is_one_off(object: &Value) -> bool {
    let kind = view::text(object, &["kind"]);
    [
        "Run",
        "Job",
        "Backup",
        "Restore",
        "Workflow",
        "Migration",
        "Build",
        "Task",
        "Operation",
        "Scan",
        "Experiment",
        "Promotion",
    ]
    .iter()
    .any(|end| kind.ends_with(end))
        && !kind.starts_with("Cron")
        && !kind.starts_with("Scheduled")
}

fn is_at_work(word: &str) -> bool {
    ["running", "active", "created", "accepted", "started", "scheduled", "initialized"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
}

fn trouble(object: &Value) -> Option<ObjectHealth> {
    TROUBLE
        .iter()
        .filter_map(|path| follow(object, path).as_str())
        .find(|text| !matches!(text.trim(), "" | "None" | "none"))
        .map(|text| Degraded.because(reason::line(text)))
}

fn by_switch(object: &Value) -> Option<ObjectHealth> {
    SWITCH.iter().find_map(|path| {
        let is_on = follow(object, path).as_bool()?;
        let health = if is_on { Healthy } else { Progressing };
        Some(health.because(reason::told(object, &format!("{path} is {is_on}"))))
    })
}

fn by_replicas(object: &Value) -> Option<ObjectHealth> {
    let ready = view::at(object, &["status", "readyReplicas"]).as_u64()?;
    let wanted =
        ["spec.replicas", "status.replicas"].iter().find_map(|path| follow(object, path).as_u64())?;
    let health = if ready >= wanted { Healthy } else { Progressing };
    Some(health.because(format!("{ready} of {wanted} replicas are ready")))
}

fn by_generation(object: &Value) -> ObjectHealth {
    if view::at(object, &["status", "observedGeneration"]).is_null() {
        Unknown.because("the status has no condition or phase that is known")
    } else {
        Healthy.because("the controller has seen the newest spec")
    }
}
