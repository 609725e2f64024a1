//! Pods that only a closed node keeps waiting.

use crate::{
    rules::{Rule, RuleDoc, is_over, severity},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, has_condition, text, time},
    world::World,
};
use chiron_model::Mechanism;
use std::time::Duration;

/// Waiting this long is normal.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the scheduler says of nodes that are closed, and of those that are kept for others.
const CLOSED: &str = "unschedulable";
const KEPT: &str = "untolerated taint";

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "cordon-blocks-pods",
        kinds: &["Pod"],
        conditions: &["Unschedulable"],
        about: "A pod waits for a node for a minute, and the scheduler names no other reason than nodes that are closed \
                to new pods or kept for others by a taint. A pod that would not fit anyway is not reported here.",
        remedy: "Ask who closed the node. Open it again (kubectl uncordon) only when the maintenance is over.",
        link: "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    blocked(world, pod).into_iter().collect()
}

fn blocked(world: &World, pod: &Tracked) -> Option<Verdict> {
    let scheduled = condition(&pod.body, "PodScheduled")?;
    let said = text(scheduled, &["message"]);
    let waits = text(scheduled, &["status"]) == "False" && text(scheduled, &["reason"]) == "Unschedulable";
    if is_over(pod) || !waits || !is_only_closed(said) {
        return None;
    }
    let node = closed_node(world)?;
    let since = time(scheduled, &["lastTransitionTime"]).unwrap_or(pod.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return Some(pending);
    }
    let name = &node.reference.name;
    let message = format!("The pod waits because node {name} is closed to new pods.");
    let quote = format!("Pod {}: not scheduled: {said}", pod.reference.name);
    Some(Verdict::Sick(
        Symptom::new("Unschedulable", severity(world, pod), message)
            .in_part("cordon")
            .knowing("node", name.clone())
            .quoting(pod.observation, pod.seen_at, quote)
            .quoting(node.observation, node.seen_at, format!("Node {name}: spec.unschedulable is true"))
            .blaming(
                Mechanism::NodeCordoned,
                &node.reference,
                "spec.unschedulable",
                at(&node.body, &["spec", "unschedulable"]),
            ),
    ))
}

/// Whether `0/3 nodes are available: 1 node(s) were unschedulable, 2 ...` names closed and kept nodes only.
fn is_only_closed(said: &str) -> bool {
    let reasons = said.split_once("available: ").map_or("", |(_, rest)| rest);
    let reasons = reasons.split_once(". ").map_or(reasons, |(reasons, _)| reasons);
    // A taint is written as `{key: value}`, which may have a comma in it.
    let mut named = reasons.split(", ").filter(|it| it.starts_with(|c: char| c.is_ascii_digit())).peekable();
    let mut is_closed = false;
    named.peek().is_some()
        && named.all(|it| {
            is_closed |= it.contains(CLOSED);
            it.contains(CLOSED) || it.contains(KEPT)
        })
        && is_closed
}

/// The closed node that would be well if it were open; the first by name.
fn closed_node(world: &World) -> Option<&Tracked> {
    world.objects.of_kind("Node").find(|it| {
        at(&it.body, &["spec", "unschedulable"]) == true && has_condition(&it.body, "Ready", "True")
    })
}

#[cfg(test)]
mod tests {
    use super::is_only_closed;

    #[test]
    fn other_reasons_count() {
        let tail = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";

        assert!(is_only_closed(&format!("0/2 nodes are available: 2 node(s) were unschedulable. {tail}")));
        assert!(is_only_closed(&format!(
            "0/2 nodes are available: 1 node(s) had untolerated taint {{a/b: }}, 1 node(s) were unschedulable. {tail}"
        )));
        assert!(!is_only_closed(&format!(
            "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. {tail}"
        )));
        assert!(!is_only_closed("0/1 nodes are available: 1 node(s) had untolerated taint {a/b: }."));
        assert!(!is_only_closed(""));
    }
}
