//! Aggregated APIs whose server does not answer.

use super::callee::Callee;
use crate::{
    rules::{Rule, RuleDoc, network::fault::is_of_group},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text, time},
    world::World,
};
use chiron_model::{FieldPath, Severity};
use serde_json::Value;
use std::time::Duration;

/// The pods of an API may be replaced within this time.
const PATIENCE: Duration = Duration::from_mins(1);
/// Said where the API server gives a reason that is not known.
const UNAVAILABLE: &str = "APIServiceUnavailable";
/// All conditions, the reasons of the API server among them.
const CONDITIONS: &[&str] = &[
    "FailedDiscoveryCheck",
    "MissingEndpoints",
    "EndpointsNotFound",
    "EndpointsAccessError",
    "ServiceNotFound",
    "ServiceAccessError",
    "ServicePortError",
    UNAVAILABLE,
];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "api-service-unavailable",
        kinds: &["APIService"],
        conditions: CONDITIONS,
        about: "An API that a Service of the cluster answers for, such as that of metrics, has not been available for a \
                minute. Autoscaling, discovery and the deletion of namespaces suffer from it. APIs of the API server \
                itself are left alone.",
        remedy: "Bring the pods behind spec.service back. Delete the APIService only when its program was removed.",
        link: "https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/",
    },
    check,
};

fn check(world: &World, api: &Tracked) -> Vec<Verdict> {
    let is_remote = at(&api.body, &["spec", "service"]).is_object();
    let available = condition(&api.body, "Available").filter(|it| text(it, &["status"]) == "False");
    let Some(available) = available.filter(|_| is_remote && is_of_group(api, "apiregistration.k8s.io"))
    else {
        return Vec::new();
    };
    let since = time(available, &["lastTransitionTime"]).unwrap_or(api.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return vec![pending];
    }
    let callee = Callee {
        namespace: text(&api.body, &["spec", "service", "namespace"]),
        name: at(&api.body, &["spec", "service", "name"]),
        field: FieldPath::from("spec.service.name"),
    };
    let symptom = describe(api, available, &callee);
    let symptom = match callee.silence(world) {
        Some(silence) => callee.blame(world, api, &silence, symptom),
        None => symptom,
    };
    vec![Verdict::Sick(symptom)]
}

fn describe(api: &Tracked, available: &Value, callee: &Callee<'_>) -> Symptom {
    let (reason, said) = (text(available, &["reason"]), text(available, &["message"]));
    let name = CONDITIONS.iter().find(|it| **it == reason).copied().unwrap_or(UNAVAILABLE);
    let message = format!("The API {} does not answer: {said}", api.reference.name);
    let quote = format!("{}: Available is False: {reason}: {said}", api.reference.title());
    Symptom::new(name, Severity::Warning, message)
        .knowing("reason", reason)
        .knowing("service", callee.title())
        .quoting(api.observation, api.seen_at, quote)
}
