//! Pods that wait for a volume which another node holds.

use crate::{
    rules::{Rule, RuleDoc, cluster::silent_node::silent_node, is_over, severity},
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, list, text, time},
    world::World,
};
use chiron_model::{Mechanism, Timestamp};
use std::time::Duration;

/// A node that answers gives its volumes back within this time.
const PATIENCE: Duration = Duration::from_mins(2);
/// A node that does not answer will not.
const LOST: Duration = Duration::from_secs(20);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "volume-held-elsewhere",
        kinds: &["Pod"],
        conditions: &["FailedAttachVolume"],
        about: "A pod waits for a volume that is still attached to another node: for 20 s when that node is not ready, \
                for 2 minutes when it is. Volumes that many nodes may write to are not reported.",
        remedy: "Wait for the node. Only when it is proven to be shut down, mark it with the taint \
                 node.kubernetes.io/out-of-service. Never force the deletion of the pod or of the VolumeAttachment \
                 while the node may still write: the data would be destroyed.",
        link: "https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    held(world, pod).into_iter().collect()
}

fn held(world: &World, pod: &Tracked) -> Option<Verdict> {
    let node = text(&pod.body, &["spec", "nodeName"]);
    if is_over(pod) || node.is_empty() || text(&pod.body, &["status", "phase"]) != "Pending" {
        return None;
    }
    let attachment = attachment_elsewhere(world, pod, node)?;
    let holder = silent_node(world, text(&attachment.body, &["spec", "nodeName"]));
    let patience = if holder.is_some() { LOST } else { PATIENCE };
    let event = refusal(world, pod);
    let since = event.map_or_else(|| scheduled(pod), |it| it.first);
    if let Some(pending) = world.waits_until(since.plus(patience)) {
        return Some(pending);
    }
    Some(Verdict::Sick(describe(world, pod, attachment, event)))
}

fn scheduled(pod: &Tracked) -> Timestamp {
    let at = condition(&pod.body, "PodScheduled").and_then(|it| time(it, &["lastTransitionTime"]));
    at.unwrap_or(pod.seen_at)
}

fn refusal<'a>(world: &'a World, pod: &'a Tracked) -> Option<&'a Tally> {
    world
        .tallies_of(&pod.reference)
        .filter(|it| it.reason == "FailedAttachVolume" && it.note.contains("Multi-Attach"))
        .max_by_key(|it| it.last)
}

/// What attaches a volume of the pod, which one node only may use, to another node.
fn attachment_elsewhere<'a>(world: &'a World, pod: &Tracked, node: &str) -> Option<&'a Tracked> {
    list(&pod.body, &["spec", "volumes"]).iter().take(64).find_map(|volume| {
        let claim = text(volume, &["persistentVolumeClaim", "claimName"]);
        let claim = world.objects.named("PersistentVolumeClaim", &pod.reference.namespace, claim)?;
        let name = text(&claim.body, &["spec", "volumeName"]);
        if name.is_empty() || is_shared(claim) {
            return None;
        }
        world.objects.of_kind("VolumeAttachment").find(|it| {
            text(&it.body, &["spec", "source", "persistentVolumeName"]) == name
                && text(&it.body, &["spec", "nodeName"]) != node
                && at(&it.body, &["status", "attached"]) != false
        })
    })
}

/// Whether many nodes may use a volume at once.
fn is_shared(claim: &Tracked) -> bool {
    let modes = list(&claim.body, &["spec", "accessModes"]);
    modes.iter().any(|it| matches!(it.as_str(), Some("ReadWriteMany" | "ReadOnlyMany")))
}

fn describe(world: &World, pod: &Tracked, attachment: &Tracked, event: Option<&Tally>) -> Symptom {
    let volume = text(&attachment.body, &["spec", "source", "persistentVolumeName"]);
    let name = at(&attachment.body, &["spec", "nodeName"]);
    let node = name.as_str().unwrap_or("");
    let message = format!("The volume {volume} that the pod needs is still attached to node {node}.");
    let quote = format!("{}: attaches {volume} to {node}", attachment.reference.title());
    let mut symptom = Symptom::new("FailedAttachVolume", severity(world, pod), message)
        .in_part(volume)
        .knowing("heldBy", node)
        .quoting(attachment.observation, attachment.seen_at, quote);
    if let Some(event) = event {
        let quote = format!("Event on Pod {}: {}: {}", pod.reference.name, event.reason, event.note);
        symptom = symptom.quoting(event.observation, event.last, quote);
    }
    match silent_node(world, node) {
        Some(it) => symptom
            .quoting(
                it.node.observation,
                it.node.seen_at,
                format!("{}: not ready", it.node.reference.title()),
            )
            .blaming(Mechanism::VolumeHeldElsewhere, &it.node.reference, it.field, it.value),
        None => symptom.blaming(Mechanism::VolumeHeldElsewhere, &attachment.reference, "spec.nodeName", name),
    }
}
