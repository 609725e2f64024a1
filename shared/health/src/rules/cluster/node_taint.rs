//! Nodes that are ready and still marked as lost.

use super::silent_node::is_lost_taint;
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, has_condition, list, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity};
use serde_json::Value;
use std::time::Duration;

/// The cluster takes its marks away soon after a node is ready again.
const PATIENCE: Duration = Duration::from_mins(5);
/// Marks that a node has until something about it is set up.
const UNFINISHED: &[&str] =
    &["node.cloudprovider.kubernetes.io/uninitialized", "node.kubernetes.io/network-unavailable"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "node-tainted",
        kinds: &["Node"],
        conditions: &["NodeTainted"],
        about: "A node is ready for 5 minutes and still bears a taint that says it is lost, switched off or not yet set \
                up, so that pods are kept away from it. Taints of other kinds are somebody's intent.",
        remedy: "Find out who wrote the taint. Take away node.kubernetes.io/out-of-service by hand once the node is \
                 back; look at the cloud controller or the network plugin for the others.",
        link: "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
    },
    check,
};

fn check(world: &World, node: &Tracked) -> Vec<Verdict> {
    let is_left = |it: &&Value| is_lost_taint(it) || UNFINISHED.contains(&text(it, &["key"]));
    let taints = list(&node.body, &["spec", "taints"]);
    let Some(taint) = taints.iter().find(is_left).filter(|_| has_condition(&node.body, "Ready", "True"))
    else {
        return Vec::new();
    };
    let ready = condition(&node.body, "Ready").and_then(|it| time(it, &["lastTransitionTime"]));
    let since = [ready, time(taint, &["timeAdded"])].into_iter().flatten().max().unwrap_or(node.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return vec![pending];
    }
    let key = text(taint, &["key"]);
    let message = format!("The node is ready, but still bears the taint {key}.");
    let quote = format!("{}: taint {key}", node.reference.title());
    let value = at(&node.body, &["spec", "taints"]);
    vec![Verdict::Sick(
        Symptom::new("NodeTainted", Severity::Warning, message)
            .in_part(key)
            .quoting(node.observation, node.seen_at, quote)
            .blaming(Mechanism::NodeTainted, &node.reference, "spec.taints", value),
    )]
}
