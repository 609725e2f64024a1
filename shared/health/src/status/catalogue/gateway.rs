//! Gateway API, whose conditions sit below the parents, ancestors and listeners of an object.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{self, Degraded, Healthy, Progressing},
            ObjectHealth,
        },
        reason,
        step::Step::{Ask, Judge},
    },
    Row,
};
use crate::view;

pub(super) const ROWS: &[Row] = &[
    Row("gateway.networking.k8s.io|gateway.networking.x-k8s.io", "GatewayClass", &[Judge(class)]),
    Row(
        "gateway.networking.k8s.io|gateway.networking.x-k8s.io",
        "Gateway|ListenerSet|XListenerSet",
        &[Ask(gateway)],
    ),
    Row("gateway.networking.k8s.io|gateway.networking.x-k8s.io", "*", &[Ask(attached)]),
    Row("gateway.envoyproxy.io|gateway.kgateway.dev", "*", &[Ask(attached)]),
];

/// Conditions that matter, and what their `False` means.
const CONDITIONS: &[(&str, Health)] = &[
    ("Accepted", Degraded),
    ("ResolvedRefs", Degraded),
    ("Ready", Progressing),
    ("Programmed", Progressing),
];

fn class(object: &Value) -> ObjectHealth {
    let own = view::list(object, &["status", "conditions"]);
    let Some(accepted) = own.iter().find(|condition| view::text(condition, &["type"]) == "Accepted") else {
        return Progressing.because("waiting for a controller");
    };
    let is_waiting = matches!(view::text(accepted, &["reason"]), "Waiting" | "Pending");
    if !is_fresh(object, accepted) || is_waiting { Progressing.because(unseen()) } else { judge(own, "") }
}

fn gateway(object: &Value) -> Option<ObjectHealth> {
    let own = view::list(object, &["status", "conditions"]);
    if own.is_empty() {
        return Some(Progressing.because("waiting for a status"));
    }
    if !own.iter().all(|condition| is_fresh(object, condition)) {
        return Some(Progressing.because(unseen()));
    }
    let listeners = view::list(object, &["status", "listeners"]).iter().map(|listener| {
        judge(
            view::list(listener, &["conditions"]),
            &format!("listener {}: ", view::text(listener, &["name"])),
        )
    });
    worst(std::iter::once(judge(own, "")).chain(listeners))
}

/// Routes, policies and whatever else is attached to something that judges it.
pub(super) fn attached(object: &Value) -> Option<ObjectHealth> {
    let entries = ["parents", "ancestors"].iter().flat_map(|key| view::list(object, &["status", key]));
    let (fresh, old): (Vec<_>, Vec<_>) = entries.partition(|entry| {
        view::list(entry, &["conditions"]).iter().all(|condition| is_fresh(object, condition))
    });
    // A route may keep the words of parents it has left; every ancestor of a policy still counts.
    let is_policy = !view::list(object, &["status", "ancestors"]).is_empty();
    if !old.is_empty() && (fresh.is_empty() || is_policy) {
        return Some(Progressing.because(unseen()));
    }
    let said = fresh.iter().map(|entry| judge(view::list(entry, &["conditions"]), &label(entry)));
    worst(said).or_else(|| {
        let own = view::list(object, &["status", "conditions"]);
        Some(if own.is_empty() { Progressing.because("waiting for a status") } else { judge(own, "") })
    })
}

fn label(entry: &Value) -> String {
    let name = ["parentRef", "ancestorRef"]
        .iter()
        .map(|key| view::text(entry, &[key, "name"]))
        .find(|name| !name.is_empty());
    name.map_or_else(String::new, |name| format!("{name}: "))
}

fn judge(conditions: &[Value], label: &str) -> ObjectHealth {
    let known = || {
        CONDITIONS.iter().flat_map(|(kind, bad)| {
            conditions
                .iter()
                .filter(move |found| view::text(found, &["type"]) == *kind)
                .map(move |found| (found, *bad))
        })
    };
    let verdicts = known().map(|(found, bad)| {
        let health = match reason::status(found) {
            "True" => Healthy,
            "False" => bad,
            _ => Progressing,
        };
        health.because(format!("{label}{}", reason::sentence(found)))
    });
    worst(verdicts).unwrap_or_else(|| Progressing.because(format!("{label}waiting for a status")))
}

fn worst(verdicts: impl Iterator<Item = ObjectHealth>) -> Option<ObjectHealth> {
    // Of equals the first is kept.
    verdicts.reduce(|worst, next| if next.health > worst.health { next } else { worst })
}

fn is_fresh(object: &Value, condition: &Value) -> bool {
    let wanted = view::count(object, &["metadata", "generation"]);
    view::at(condition, &["observedGeneration"]).as_u64().is_none_or(|seen| seen >= wanted)
}

fn unseen() -> &'static str {
    "the controller has not seen the newest spec yet"
}
