//! Images that cannot be pulled.

use super::{Rule, RuleDoc, is_over, severity};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{statuses, text},
    world::World,
};
use serde_json::Value;

const REASONS: &[&str] = &[
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "image-pull",
        kinds: &["Pod"],
        conditions: REASONS,
        about: "The kubelet says that it cannot pull the image of a container. Pulling that merely takes its time is \
                not reported.",
        remedy: "Check that the name and the tag exist in the registry and that the pull secret is valid. After a \
                 rollout, undo it; the former image still works.",
        link: "https://kubernetes.io/docs/concepts/containers/images/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| unpullable(world, pod, status)).map(Verdict::Sick).collect()
}

fn unpullable(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let reason = text(status, &["state", "waiting", "reason"]);
    if !REASONS.contains(&reason) {
        return None;
    }
    let name = text(status, &["name"]);
    let image = text(status, &["image"]);
    let said = text(status, &["state", "waiting", "message"]);
    let message = format!("Image {image} of container {name} cannot be pulled.");
    let quote = format!("Pod {}: container {name} waits: {reason}: {said}", pod.reference.name);
    Some(
        Symptom::new(reason, severity(world, pod), message)
            .in_container(name)
            .knowing("image", image)
            .knowing("denied", is_denial(said))
            .quoting(pod.observation, pod.seen_at, quote),
    )
}

/// Whether the registry answered that the caller may not have the image.
fn is_denial(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    // Numbers alone are no sign: they stand in tags and digests too.
    ["unauthorized", "denied", "forbidden", "authentication required"].iter().any(|word| said.contains(word))
}
