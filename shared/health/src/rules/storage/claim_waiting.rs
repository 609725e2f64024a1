//! Claims that wait for a storage class, a volume or a provisioner.

use crate::{
    rules::{Rule, RuleDoc, cluster::silent_node::silent_node},
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity, Timestamp};
use std::time::Duration;

/// What is applied together appears one after the other.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same for who looks once.
const ONE_LOOK: Duration = Duration::from_secs(5);
/// A provisioner may take this long.
const PROVISIONING: Duration = Duration::from_mins(5);
/// Where the scheduler writes the node for which a volume is to be made.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const LINK: &str = "https://kubernetes.io/docs/concepts/storage/storage-classes/";

pub(crate) const CLASS: Rule = Rule {
    doc: RuleDoc {
        name: "storage-class-missing",
        kinds: &["PersistentVolumeClaim"],
        conditions: &["ProvisioningFailed", "FailedBinding"],
        about: "A claim is pending for 30 s, and the storage class that it names does not exist; or it names none, and \
                there is no default class. A claim for which a volume of that class was made by hand, and a claim \
                that waits for its first pod, are healthy.",
        remedy: "Make the claim again with a class that exists; it was never bound, so nothing is lost. Do not change \
                 the default class of the cluster for it.",
        link: LINK,
    },
    check: class,
};

pub(crate) const SILENT: Rule = Rule {
    doc: RuleDoc {
        name: "claim-waiting",
        kinds: &["PersistentVolumeClaim"],
        conditions: &["ExternalProvisioning"],
        about: "A claim is pending for 5 minutes although its class binds at once or the scheduler has chosen a node \
                for it, and the provisioner says nothing. A claim that waits for its first pod is healthy.",
        remedy: "Look at the provisioner of the storage class (its CSI driver), and at the node that was chosen.",
        link: LINK,
    },
    check: silent,
};

fn is_pending(claim: &Tracked) -> bool {
    text(&claim.body, &["status", "phase"]) == "Pending"
}

fn class_of(claim: &Tracked) -> &str {
    let old = text(&claim.body, &["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]);
    if old.is_empty() { text(&claim.body, &["spec", "storageClassName"]) } else { old }
}

fn since(claim: &Tracked) -> Timestamp {
    time(&claim.body, &["metadata", "creationTimestamp"]).unwrap_or(claim.seen_at)
}

fn latest<'a>(world: &'a World, claim: &'a Tracked, reason: &str) -> Option<&'a Tally> {
    world.tallies_of(&claim.reference).filter(|it| it.reason == reason).max_by_key(|it| it.last)
}

fn class(world: &World, claim: &Tracked) -> Vec<Verdict> {
    if !is_pending(claim) {
        return Vec::new();
    }
    let name = class_of(claim);
    let symptom = if name.is_empty() { no_class(world, claim) } else { missing_class(world, claim, name) };
    let Some(symptom) = symptom else { return Vec::new() };
    let patience = if world.is_one_look { ONE_LOOK } else { PATIENCE };
    let pending = world.waits_until(since(claim).plus(patience));
    vec![pending.unwrap_or(Verdict::Sick(symptom))]
}

fn missing_class(world: &World, claim: &Tracked, name: &str) -> Option<Symptom> {
    let event = latest(world, claim, "ProvisioningFailed").filter(|it| it.note.contains("not found"));
    let is_there = world.objects.named("StorageClass", "", name).is_some();
    let by_hand = world
        .objects
        .of_kind("PersistentVolume")
        .any(|it| text(&it.body, &["spec", "storageClassName"]) == name && is_available(it));
    let is_missing = world.is_missing("StorageClass", "", name) && !by_hand;
    if is_there || !(is_missing || event.is_some()) {
        return None;
    }
    let message = format!("The storage class {name} that the claim names does not exist.");
    let quote = format!("{}: pending, storageClassName {name}", claim.reference.title());
    let symptom = Symptom::new("ProvisioningFailed", Severity::Warning, message)
        .knowing("storageClass", name)
        .quoting(claim.observation, claim.seen_at, quote)
        .blaming(Mechanism::StorageClassMissing, &claim.reference, "spec.storageClassName", &name.into());
    Some(quoting(symptom, claim, event))
}

fn is_available(volume: &Tracked) -> bool {
    matches!(text(&volume.body, &["status", "phase"]), "Available" | "Pending" | "")
}

/// The claim leaves the class to the cluster, which has none. An empty class asks for a volume made by hand.
fn no_class(world: &World, claim: &Tracked) -> Option<Symptom> {
    let asked = at(&claim.body, &["spec", "storageClassName"]);
    let event =
        latest(world, claim, "FailedBinding").filter(|it| it.note.contains("no storage class is set"))?;
    if asked.is_string() {
        return None;
    }
    let message = "The claim names no storage class, and the cluster has no default one.".to_owned();
    let symptom = Symptom::new("FailedBinding", Severity::Warning, message).blaming(
        Mechanism::StorageClassMissing,
        &claim.reference,
        "spec.storageClassName",
        asked,
    );
    Some(quoting(symptom, claim, Some(event)))
}

fn quoting(symptom: Symptom, claim: &Tracked, event: Option<&Tally>) -> Symptom {
    let Some(event) = event else { return symptom };
    let quote = format!("Event on {}: {}: {}", claim.reference.title(), event.reason, event.note);
    symptom.quoting(event.observation, event.last, quote)
}

fn silent(world: &World, claim: &Tracked) -> Vec<Verdict> {
    let Some(class) = world.objects.named("StorageClass", "", class_of(claim)) else { return Vec::new() };
    let node = text(&claim.body, &["metadata", "annotations", SELECTED_NODE]);
    let waits = text(&class.body, &["volumeBindingMode"]) == "WaitForFirstConsumer" && node.is_empty();
    let is_manual = text(&class.body, &["provisioner"]) == "kubernetes.io/no-provisioner";
    if !is_pending(claim) || waits || is_manual || latest(world, claim, "ProvisioningFailed").is_some() {
        return Vec::new();
    }
    // The claim may have waited long for its pod: the choice of a node is the last that was written.
    let from = if node.is_empty() { since(claim) } else { claim.seen_at.max(since(claim)) };
    match world.waits_until(from.plus(PROVISIONING)) {
        Some(pending) => vec![pending],
        None => vec![Verdict::Sick(unprovisioned(world, claim, class, node))],
    }
}

fn unprovisioned(world: &World, claim: &Tracked, class: &Tracked, node: &str) -> Symptom {
    let provisioner = text(&class.body, &["provisioner"]);
    let place = if node.is_empty() { String::new() } else { format!(" on node {node}") };
    let message = format!("The claim waits for a volume from {provisioner}{place}, which says nothing.");
    let quote = format!("{}: pending, class {}", claim.reference.title(), class.reference.name);
    let symptom = Symptom::new("ExternalProvisioning", Severity::Warning, message)
        .knowing("provisioner", provisioner)
        .quoting(claim.observation, claim.seen_at, quote);
    let symptom = quoting(symptom, claim, latest(world, claim, "ExternalProvisioning"));
    match silent_node(world, node) {
        Some(it) => symptom.blaming(Mechanism::NodeNotReady, &it.node.reference, it.field, it.value),
        None => symptom,
    }
}
