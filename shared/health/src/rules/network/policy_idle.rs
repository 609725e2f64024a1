//! Policies that guard nothing.

use super::policy::is_policy;
use crate::{
    reach::{Direction, Peers},
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, template, time},
    world::World,
};
use chiron_model::Severity;
use serde_json::{Value, json};
use std::time::Duration;

/// A policy may be made before the pods that it is for.
const PATIENCE: Duration = Duration::from_mins(10);
const KINDS: &[&str] =
    &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "policy-selects-nothing",
        kinds: &["NetworkPolicy"],
        conditions: &["SelectsNothing"],
        about: "The selector of a policy matches no pod, and no workload of the namespace would make one. Only noted. An \
                empty selector selects all pods and is never reported.",
        remedy: "Correct spec.podSelector, or delete the policy.",
        link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource",
    },
    check,
};

fn check(world: &World, policy: &Tracked) -> Vec<Verdict> {
    let selector = at(&policy.body, &["spec", "podSelector"]);
    let labels = at(selector, &["matchLabels"]).as_object().map_or(0, serde_json::Map::len);
    let is_empty = labels == 0 && list(selector, &["matchExpressions"]).is_empty();
    if !is_policy(policy) || is_empty || !world.is_read("Pod", &policy.reference.namespace) {
        return Vec::new();
    }
    if guards_anything(world, policy) {
        return Vec::new();
    }
    let since = time(&policy.body, &["metadata", "creationTimestamp"]).unwrap_or(policy.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return vec![pending];
    }
    let quote =
        format!("{}: spec.podSelector is {selector}; no pod has these labels", policy.reference.title());
    let message = "The policy selects no pod.".to_owned();
    let symptom = Symptom::new("SelectsNothing", Severity::Info, message);
    vec![Verdict::Sick(symptom.quoting(policy.observation, policy.seen_at, quote))]
}

/// Whether some pod has the labels, or a template would give them. The solver reads selectors of all forms.
fn guards_anything(world: &World, policy: &Tracked) -> bool {
    let namespace = policy.reference.namespace.as_str();
    // Which direction it guards does not matter here.
    let probe = json!({
        "metadata": {"namespace": namespace, "name": "probe"},
        "spec": {"podSelector": at(&policy.body, &["spec", "podSelector"]), "policyTypes": ["Ingress"]},
    });
    let peers = Peers::new(&[], &[], &[&probe]);
    let is_guarded = |labels: &Value| {
        let pod = json!({"metadata": {"namespace": namespace, "labels": labels}});
        !peers.isolated(&pod, Direction::Ingress).is_empty()
    };
    let mut pods =
        world.objects.in_namespace("Pod", namespace).map(|it| at(&it.body, &["metadata", "labels"]));
    let mut templates = KINDS
        .iter()
        .flat_map(|kind| world.objects.in_namespace(kind, namespace))
        .map(|it| at(template(&it.body), &["metadata", "labels"]));
    pods.any(is_guarded) || templates.any(is_guarded)
}
