//! Disruption budgets that can never be met.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, count, is_terminating, text},
    world::World,
};
use chiron_model::{Mechanism, Severity, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// A drain may wait this long for pods to be ready elsewhere.
const PATIENCE: Duration = Duration::from_mins(10);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "budget-without-room",
        kinds: &["PodDisruptionBudget"],
        conditions: &["InsufficientPods"],
        about: "A disruption budget asks for as many pods as there are, so that not one may be evicted although all are \
                well. Worth knowing; a fault when a node is closed for 10 minutes and only such pods are left on it. \
                A budget that has no room because pods are not ready is not reported.",
        remedy: "Leave room: run one more replica, lower spec.minAvailable, or raise spec.maxUnavailable.",
        link: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    },
    check,
};

fn check(world: &World, budget: &Tracked) -> Vec<Verdict> {
    let Some((field, value)) = without_room(budget) else { return Vec::new() };
    let drain = drained_node(world, budget);
    let due = drain.map(|node| closed_since(world, node).plus(PATIENCE));
    let blocked = drain.filter(|_| due.is_some_and(|it| world.is_recorded || world.now >= it));
    let severity = if blocked.is_some() { Severity::Warning } else { Severity::Info };
    let asked = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let expected = count(&budget.body, &["status", "expectedPods"]);
    let mut message = format!("{field} is {asked} and there are {expected} pods, so none may be evicted.");
    if let Some(node) = blocked {
        message.push_str(" The drain of node ");
        message.push_str(&node.reference.name);
        message.push_str(" waits for it.");
    }
    let quote = format!("{}: disruptionsAllowed is 0, {field} is {asked}", budget.reference.title());
    let symptom = Symptom::new("InsufficientPods", severity, message)
        .quoting(budget.observation, budget.seen_at, quote)
        .blaming(Mechanism::DisruptionBudgetBlocks, &budget.reference, field, value);
    vec![Verdict::Sick(match due.filter(|it| *it > world.now) {
        Some(at) => symptom.rechecked_at(at),
        None => symptom,
    })]
}

/// The field that leaves no room, and its value, although all pods are well.
fn without_room(budget: &Tracked) -> Option<(&'static str, &Value)> {
    let status = |field: &str| count(&budget.body, &["status", field]);
    let expected = status("expectedPods");
    let is_observed = status("observedGeneration") >= count(&budget.body, &["metadata", "generation"]);
    let is_well = expected > 0 && status("currentHealthy") >= expected;
    let is_impossible = status("desiredHealthy") >= expected && status("disruptionsAllowed") == 0;
    if !(is_observed && is_well && is_impossible) {
        return None;
    }
    ["spec.minAvailable", "spec.maxUnavailable"].into_iter().find_map(|field| {
        let value = at(&budget.body, &["spec", field.strip_prefix("spec.")?]);
        (!value.is_null()).then_some((field, value))
    })
}

/// A closed node on which nothing is left that may be evicted, but pods of this budget.
fn drained_node<'a>(world: &'a World, budget: &Tracked) -> Option<&'a Tracked> {
    let closed = |it: &&Tracked| at(&it.body, &["spec", "unschedulable"]) == true;
    world.objects.of_kind("Node").filter(closed).take(100).find(|node| {
        let mut guarded = false;
        let on_node = world.objects.of_kind("Pod").filter(|pod| is_evictable(pod, &node.reference.name));
        let mut is_left = on_node.map(|pod| {
            let own = is_guarded(budget, pod);
            guarded |= own;
            own
        });
        is_left.all(|own| own) && guarded
    })
}

/// Whether a drain would take the pod away.
fn is_evictable(pod: &Tracked, node: &str) -> bool {
    let stays = pod.owner().is_some_and(|it| matches!(it.kind, "DaemonSet" | "Node"));
    let is_ended = matches!(text(&pod.body, &["status", "phase"]), "Succeeded" | "Failed");
    text(&pod.body, &["spec", "nodeName"]) == node && !stays && !is_ended && !is_terminating(&pod.body)
}

fn is_guarded(budget: &Tracked, pod: &Tracked) -> bool {
    let wanted = at(&budget.body, &["spec", "selector", "matchLabels"]);
    pod.reference.namespace == budget.reference.namespace
        && crate::view::selects(wanted, at(&pod.body, &["metadata", "labels"]))
}

/// Since when a node is closed: since the change that closed it, or since it was seen so.
fn closed_since(world: &World, node: &Tracked) -> Timestamp {
    let changes = world.changes.iter().filter(|it| it.object.uid == node.reference.uid);
    let closing = changes.filter(|it| it.field.as_str() == "spec.unschedulable").map(|it| it.at).max();
    closing.unwrap_or(node.seen_at)
}
