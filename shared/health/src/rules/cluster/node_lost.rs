//! Pods on nodes that do not answer.

use super::silent_node::silent_node;
use crate::{
    rules::{Rule, RuleDoc, is_over, severity},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{is_ready, text},
    world::World,
};
use chiron_model::Mechanism;
use std::time::Duration;

/// A kubelet that starts anew is back within this time.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "pod-on-lost-node",
        kinds: &["Pod"],
        conditions: &["NodeNotReady"],
        about: "A pod is not ready, and the node that it is bound to is not ready for a minute. The pod is a \
                consequence; the node is what is to be repaired.",
        remedy: "Bring the node back. Its pods are replaced elsewhere after 5 minutes unless they keep state; do not \
                 delete them by force while the node may still run them.",
        link: "https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) || is_ready(&pod.body) {
        return Vec::new();
    }
    let Some(lost) = silent_node(world, text(&pod.body, &["spec", "nodeName"])) else { return Vec::new() };
    if let Some(pending) = world.waits_until(lost.since.plus(PATIENCE)) {
        return vec![pending];
    }
    let name = &lost.node.reference.name;
    let message = format!("The pod is bound to node {name}, which is not ready since {}.", lost.since);
    let own = format!("Pod {}: not ready, on node {name}", pod.reference.name);
    vec![Verdict::Sick(
        Symptom::new("NodeNotReady", severity(world, pod), message)
            .knowing("node", name.clone())
            .quoting(lost.node.observation, lost.node.seen_at, format!("Node {name}: not ready"))
            .quoting(pod.observation, pod.seen_at, own)
            .blaming(Mechanism::NodeNotReady, &lost.node.reference, lost.field, lost.value),
    )]
}
