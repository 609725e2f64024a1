//! Nodes, disruption budgets and definitions of custom resources.

use serde_json::Value;

use super::{
    health::{
        Health::{Degraded, Healthy, Progressing, Suspended},
        ObjectHealth,
    },
    reason, step,
    step::Step::{Else, Is},
};
use crate::view;

/// A node: not ready or under pressure is degraded, cordoned is suspended.
pub(super) fn node(object: &Value) -> ObjectHealth {
    let bad = step::first(
        &[
            Is("Ready", "False|Unknown", Degraded),
            Is("MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable", "True", Degraded),
        ],
        object,
    );
    if let Some(bad) = bad {
        return bad;
    }
    if view::at(object, &["spec", "unschedulable"]).as_bool() == Some(true) {
        return Suspended.because("the node is cordoned");
    }
    match view::condition(object, "Ready") {
        Some(ready) => Healthy.because(reason::sentence(ready)),
        None => Progressing.because("waiting for a status"),
    }
}

/// A definition of a custom resource: its names are taken and its API is served.
pub(super) fn definition(object: &Value) -> ObjectHealth {
    if view::list(object, &["status", "conditions"]).is_empty() {
        return Progressing.because("waiting for a status");
    }
    let said = step::first(
        &[
            Is("Terminating", "True", Progressing),
            Is("NamesAccepted", "False", Degraded),
            Is("NonStructuralSchema", "True", Degraded),
            Is("Established", "True", Healthy),
            Else(Degraded, "the API is not served"),
        ],
        object,
    );
    said.unwrap_or_else(|| Progressing.because("waiting for a status"))
}

/// A disruption budget: degraded while it lets no pod go.
pub(super) fn disruption_budget(object: &Value) -> ObjectHealth {
    let Some(allowed) = view::condition(object, "DisruptionAllowed") else {
        return by_numbers(object);
    };
    let [healthy, wanted] =
        ["currentHealthy", "desiredHealthy"].map(|key| view::count(object, &["status", key]));
    match (reason::status(allowed), view::text(allowed, &["reason"])) {
        ("True", _) => Healthy.because("pods may be evicted"),
        (_, "SyncFailed") => Degraded.because(reason::sentence(allowed)),
        ("False", _) => {
            Degraded.because(format!("no pod may be evicted: {healthy} healthy, {wanted} wanted"))
        }
        _ => Progressing.because(reason::sentence(allowed)),
    }
}

/// Budgets of old API servers have numbers and no conditions.
fn by_numbers(object: &Value) -> ObjectHealth {
    if view::at(object, &["status", "desiredHealthy"]).is_null() {
        return Progressing.because("waiting for a status");
    }
    let [healthy, wanted] =
        ["currentHealthy", "desiredHealthy"].map(|key| view::count(object, &["status", key]));
    let health = if healthy < wanted { Degraded } else { Healthy };
    health.because(format!("{healthy} healthy, {wanted} wanted"))
}
