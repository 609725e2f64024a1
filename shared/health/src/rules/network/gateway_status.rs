//! What controllers say of Gateways and routes.

use super::{
    fault::is_of_group,
    route::{GROUP, ROUTES, is_route},
    route_backend, route_parent,
};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, count, list, text, time},
    world::World,
};
use chiron_model::Severity;
use serde_json::Value;
use std::time::Duration;

/// Controllers settle within this time.
const PATIENCE: Duration = Duration::from_mins(1);
/// An address, or a load balancer, may take this long.
const SLOW: Duration = Duration::from_mins(5);
/// Conditions that are bad when they are not true.
const WANTED: &[&str] = &["Accepted", "Programmed", "ResolvedRefs"];
/// Reasons that something is still on its way.
const WAITING: &[&str] = &["Pending", "AddressNotAssigned", "Scheduled", "NotReconciled"];

pub(crate) const GATEWAY: Rule = Rule {
    doc: RuleDoc {
        name: "gateway-status",
        kinds: &["Gateway"],
        conditions: &["NotAccepted", "NotProgrammed", "ResolvedRefs", "Conflicted"],
        about: "The controller of a Gateway has refused it or one of its listeners, or could not set it up, for a minute; \
                5 minutes where it only waits. A status that is older than the specification does not count.",
        remedy: "Do what the reason says: most often a certificate, a port or an address is missing.",
        link: "https://gateway-api.sigs.k8s.io/concepts/troubleshooting/",
    },
    check: gateway,
};

pub(crate) const ROUTE: Rule = Rule {
    doc: RuleDoc {
        name: "route-status",
        kinds: ROUTES,
        conditions: &["NotAccepted", "ResolvedRefs"],
        about: "A Gateway has refused a route, or what the route refers to could not be resolved, for a minute, and no \
                other rule says why. A status that is older than the specification does not count.",
        remedy: "Do what the reason says: compare hostnames, the namespaces that the listener allows, and references.",
        link: "https://gateway-api.sigs.k8s.io/concepts/troubleshooting/",
    },
    check: route,
};

fn gateway(world: &World, gateway: &Tracked) -> Vec<Verdict> {
    if !is_of_group(gateway, GROUP) {
        return Vec::new();
    }
    let own = ("", list(&gateway.body, &["status", "conditions"]));
    let listeners = list(&gateway.body, &["status", "listeners"]).iter();
    let parts = listeners.map(|it| (text(it, &["name"]), list(it, &["conditions"])));
    let mut found: Vec<Verdict> =
        parts.filter_map(|(name, conditions)| worst(world, gateway, name, conditions)).collect();
    // A listener says more than the whole.
    if found.is_empty() {
        found.extend(worst(world, gateway, own.0, own.1));
    }
    found
}

fn route(world: &World, route: &Tracked) -> Vec<Verdict> {
    let is_told = || {
        [route_backend::RULE.check, route_parent::ROUTE.check]
            .iter()
            .any(|check| !check(world, route).is_empty())
    };
    if !is_route(route) || is_told() {
        return Vec::new();
    }
    let parents = list(&route.body, &["status", "parents"]).iter();
    let parts = parents.map(|it| (text(it, &["parentRef", "name"]), list(it, &["conditions"])));
    parts.filter_map(|(name, conditions)| worst(world, route, name, conditions)).collect()
}

/// The first condition of a part that is bad.
fn worst(world: &World, object: &Tracked, part: &str, conditions: &[Value]) -> Option<Verdict> {
    let generation = count(&object.body, &["metadata", "generation"]);
    let is_bad = |it: &&Value| {
        let (kind, status) = (text(it, &["type"]), text(it, &["status"]));
        let is_current = at(it, &["observedGeneration"]).as_u64().is_none_or(|seen| seen >= generation);
        is_current
            && ((WANTED.contains(&kind) && status == "False") || (kind == "Conflicted" && status == "True"))
    };
    let bad = conditions.iter().find(is_bad)?;
    let reason = text(bad, &["reason"]);
    let patience = if WAITING.contains(&reason) { SLOW } else { PATIENCE };
    let since = time(bad, &["lastTransitionTime"]).unwrap_or(object.seen_at);
    Some(world.waits_until(since.plus(patience)).unwrap_or_else(|| describe(object, part, bad)))
}

fn describe(object: &Tracked, part: &str, bad: &Value) -> Verdict {
    let condition = match text(bad, &["type"]) {
        "Accepted" => "NotAccepted",
        "Programmed" => "NotProgrammed",
        kind => kind,
    };
    let (reason, said) = (text(bad, &["reason"]), text(bad, &["message"]));
    let place = if part.is_empty() { String::new() } else { format!(" ({part})") };
    let quote = format!("{}{place}: {condition}: {reason}: {said}", object.reference.title());
    let symptom = Symptom::new(condition, Severity::Warning, format!("{reason}{place}: {said}"))
        .knowing("reason", reason)
        .quoting(object.observation, object.seen_at, quote);
    Verdict::Sick(if part.is_empty() { symptom } else { symptom.in_part(part) })
}
