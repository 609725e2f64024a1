//! Objects that were deleted and do not go away.

use crate::{
    rules::{Rule, RuleDoc, cluster::silent_node::silent_node},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// How long after its grace period an object may take to go.
const PATIENCE: Duration = Duration::from_mins(5);
/// The same in a recording.
const RECORDED_PATIENCE: Duration = Duration::from_hours(1);
/// Finalizers that keep storage as long as it is used.
const PROTECTIONS: &[&str] = &["kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "stuck-terminating",
        kinds: &["*"],
        conditions: &["StuckTerminating"],
        about: "An object is still there 5 minutes after the end of its grace period: a finalizer is not removed, or \
                the node of a pod does not answer. Storage that is kept because it is in use is only noted. \
                Namespaces have a rule of their own.",
        remedy: "Find out why the controller that owns the finalizer does not remove it, or bring the node back. \
                 Remove a finalizer by hand, or delete by force, only when what it guards is known to be gone.",
        link: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
    },
    check,
};

fn check(world: &World, object: &Tracked) -> Vec<Verdict> {
    if matches!(object.reference.kind.as_str(), "Namespace" | "Event") {
        return Vec::new();
    }
    // The time of deletion is written so that it lies at the end of the grace period.
    let Some(asked) = time(&object.body, &["metadata", "deletionTimestamp"]) else { return Vec::new() };
    // When a recording was made is not known to the minute.
    let due = asked.plus(if world.is_recorded { RECORDED_PATIENCE } else { PATIENCE });
    if world.is_recorded && world.now < due {
        return Vec::new();
    }
    if world.now < due {
        return vec![Verdict::Pending(due)];
    }
    // A recording may be of the moment after: there only a finalizer says that an object is stuck.
    let symptom = if world.is_recorded {
        finalizers_stay(world, object)
    } else {
        let known = node_is_silent(world, object).or_else(|| finalizers_stay(world, object));
        Some(known.unwrap_or_else(|| unexplained(object, asked)))
    };
    symptom.map(Verdict::Sick).into_iter().collect()
}

/// A pod whose node cannot say that its containers have stopped.
fn node_is_silent(world: &World, object: &Tracked) -> Option<Symptom> {
    if object.reference.kind != "Pod" {
        return None;
    }
    let name = text(&object.body, &["spec", "nodeName"]);
    if world.is_missing("Node", "", name) {
        let message = format!("The pod was deleted, and its node {name} does not exist any more.");
        return Some(symptom(object, Severity::Warning, message));
    }
    let silent = silent_node(world, name)?;
    let message = format!("The pod was deleted, but its node {name} does not say that it has stopped.");
    let quote = format!("{}: not ready", silent.node.reference.title());
    Some(
        symptom(object, Severity::Warning, message)
            .quoting(silent.node.observation, silent.node.seen_at, quote)
            .blaming(Mechanism::NodeNotReady, &silent.node.reference, silent.field, silent.value),
    )
}

fn finalizers_stay(world: &World, object: &Tracked) -> Option<Symptom> {
    let value = at(&object.body, &["metadata", "finalizers"]);
    let names: Vec<&str> =
        list(&object.body, &["metadata", "finalizers"]).iter().filter_map(Value::as_str).take(8).collect();
    if names.is_empty() {
        return None;
    }
    let all = names.join(", ");
    if names.iter().all(|it| PROTECTIONS.contains(it)) {
        let message = format!("Deleted, and kept as long as it is used ({all}).");
        return Some(symptom(object, Severity::Info, message));
    }
    let owned = world.objects.owned_by(&object.reference.uid).take(1000).count();
    let rest = if owned == 0 { String::new() } else { format!(" {owned} objects that it owns remain.") };
    let message = format!("Deleted, but the finalizers {all} are not removed.{rest}");
    Some(symptom(object, Severity::Warning, message).knowing("finalizers", all).blaming(
        Mechanism::FinalizerStuck,
        &object.reference,
        "metadata.finalizers",
        value,
    ))
}

fn unexplained(object: &Tracked, asked: Timestamp) -> Symptom {
    symptom(object, Severity::Warning, format!("Deleted, to be gone by {asked}, and still there."))
}

fn symptom(object: &Tracked, severity: Severity, message: String) -> Symptom {
    let asked = text(&object.body, &["metadata", "deletionTimestamp"]);
    let quote = format!("{}: deletionTimestamp {asked}", object.reference.title());
    Symptom::new("StuckTerminating", severity, message).quoting(object.observation, object.seen_at, quote)
}
