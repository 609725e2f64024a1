//! Volumes that cannot be attached to a node, or not taken from it.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, text, time},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// A first attempt may fail.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "volume-attach-error",
        kinds: &["VolumeAttachment"],
        conditions: &["VolumeAttachError", "VolumeDetachError"],
        about: "The driver of a volume reports that it cannot attach it to a node, or take it away, and it is a minute \
                old. A volume that is attached in the end is healthy.",
        remedy: "Read what the driver says. Never delete a VolumeAttachment while its node may still write.",
        link: "https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/",
    },
    check,
};

fn check(world: &World, attachment: &Tracked) -> Vec<Verdict> {
    let attached = at(&attachment.body, &["status", "attached"]) == true;
    let all =
        [("VolumeAttachError", "attachError", !attached), ("VolumeDetachError", "detachError", attached)];
    all.into_iter()
        .filter(|(_, field, counts)| *counts && at(&attachment.body, &["status", field]).is_object())
        .map(|(condition, field, _)| report(world, attachment, condition, field))
        .collect()
}

fn report(world: &World, attachment: &Tracked, condition: &str, field: &str) -> Verdict {
    let since = time(&attachment.body, &["metadata", "creationTimestamp"]).unwrap_or(attachment.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return pending;
    }
    let said = text(&attachment.body, &["status", field, "message"]);
    let volume = text(&attachment.body, &["spec", "source", "persistentVolumeName"]);
    let node = text(&attachment.body, &["spec", "nodeName"]);
    let verb = if field == "attachError" { "attached to" } else { "taken from" };
    let quote = format!("{}: {field}: {said}", attachment.reference.title());
    Verdict::Sick(
        Symptom::new(
            condition,
            Severity::Warning,
            format!("The volume {volume} cannot be {verb} node {node}: {said}"),
        )
        .in_part(field)
        .quoting(attachment.observation, attachment.seen_at, quote),
    )
}
