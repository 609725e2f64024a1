//! Ingresses that claim the same address.

use super::ingress_backend::is_ingress;
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text},
    world::World,
};
use chiron_model::Severity;
use serde_json::Value;
use std::collections::BTreeMap;

/// Ingresses that are compared; more are not looked at.
const MAX_INGRESSES: usize = 2000;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "ingress-conflict",
        kinds: &["Ingress"],
        conditions: &["PathConflict"],
        about: "Two Ingresses of one class claim the same host and path for different backends; the younger one is \
                named. Canaries are meant to. Controllers settle it in their own ways, so it is only noted.",
        remedy: "Keep the path in one of them.",
        link: "https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches",
    },
    check,
};

fn check(world: &World, ingress: &Tracked) -> Vec<Verdict> {
    if !is_ingress(ingress) || is_canary(ingress) {
        return Vec::new();
    }
    let own = claims(ingress);
    let older = world.objects.of_kind("Ingress").take(MAX_INGRESSES).filter(|it| {
        is_ingress(it) && !is_canary(it) && class(it) == class(ingress) && order(it) < order(ingress)
    });
    older.filter_map(|other| conflict(ingress, &own, other)).take(1).collect()
}

fn order(ingress: &Tracked) -> (&str, &str, &str) {
    let it = &ingress.reference;
    (text(&ingress.body, &["metadata", "creationTimestamp"]), &it.namespace, &it.name)
}

fn class(ingress: &Tracked) -> &str {
    match text(&ingress.body, &["spec", "ingressClassName"]) {
        "" => text(&ingress.body, &["metadata", "annotations", "kubernetes.io/ingress.class"]),
        name => name,
    }
}

/// Canaries and parts that are to be merged share addresses by intent; every controller has annotations of its own.
fn is_canary(ingress: &Tracked) -> bool {
    let annotations = at(&ingress.body, &["metadata", "annotations"]).as_object();
    let mut keys = annotations.into_iter().flatten().map(|(key, _)| key);
    keys.any(|key| key.contains("canary") || key.contains("mergeable") || key.contains("group.name"))
}

/// Backends by host, path and type of path.
fn claims(ingress: &Tracked) -> BTreeMap<(&str, &str, &str), &Value> {
    let mut found = BTreeMap::new();
    for rule in list(&ingress.body, &["spec", "rules"]) {
        for path in list(rule, &["http", "paths"]) {
            let key = (text(rule, &["host"]), text(path, &["path"]), text(path, &["pathType"]));
            found.insert(key, at(path, &["backend"]));
        }
    }
    found
}

fn conflict(
    ingress: &Tracked,
    own: &BTreeMap<(&str, &str, &str), &Value>,
    other: &Tracked,
) -> Option<Verdict> {
    let theirs = claims(other);
    let is_same_place = other.reference.namespace == ingress.reference.namespace;
    let ((host, path, _), _) = own
        .iter()
        .find(|(key, backend)| theirs.get(*key).is_some_and(|it| !is_same_place || it != *backend))?;
    let rival = format!("{}/{}", other.reference.namespace, other.reference.name);
    let message = format!("Ingress {rival} claims {host}{path} too, for another backend.");
    let quote = format!("{}: {host}{path} is also in {rival}", ingress.reference.title());
    Some(Verdict::Sick(Symptom::new("PathConflict", Severity::Info, message).quoting(
        ingress.observation,
        ingress.seen_at,
        quote,
    )))
}
