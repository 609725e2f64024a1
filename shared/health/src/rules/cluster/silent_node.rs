//! Nodes that do not answer, for the rules of what runs on them.

use crate::{
    tracked::Tracked,
    view::{at, condition, list, text, time},
    world::World,
};
use chiron_model::Timestamp;
use serde_json::Value;

/// Taints by which the cluster says that a node does not answer or is switched off.
const LOST: &[&str] =
    &["node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready", "node.kubernetes.io/out-of-service"];

/// A node that is not ready.
pub(in crate::rules) struct SilentNode<'a> {
    /// The node.
    pub node: &'a Tracked,
    /// Since when.
    pub since: Timestamp,
    /// The field that shows it: the taints where the cluster has written some, else the condition.
    pub field: &'static str,
    /// Its value.
    pub value: &'a Value,
}

/// The node of that name, when it is known and not ready.
pub(in crate::rules) fn silent_node<'a>(world: &'a World, name: &str) -> Option<SilentNode<'a>> {
    let node = world.objects.named("Node", "", name)?;
    let ready = condition(&node.body, "Ready").filter(|it| text(it, &["status"]) != "True")?;
    let since = time(ready, &["lastTransitionTime"]).unwrap_or(node.seen_at);
    let (field, value) = if has_lost_taint(node) {
        ("spec.taints", at(&node.body, &["spec", "taints"]))
    } else {
        ("status.conditions[Ready].status", at(ready, &["status"]))
    };
    Some(SilentNode { node, since, field, value })
}

fn has_lost_taint(node: &Tracked) -> bool {
    list(&node.body, &["spec", "taints"]).iter().any(is_lost_taint)
}

/// Whether a taint says that its node does not answer.
pub(super) fn is_lost_taint(taint: &Value) -> bool {
    LOST.contains(&text(taint, &["key"]))
}
