//! Pods that no node takes.

use super::{Rule, RuleDoc, is_over, severity};
use crate::{
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, list, text, time},
    world::World,
};
use chiron_model::{Change, Mechanism, Timestamp};
use std::time::Duration;

/// Waiting this long is normal.
const PATIENCE: Duration = Duration::from_secs(30);
/// Who looks once will not look again: what no maintenance explains is told sooner.
const ONE_LOOK: Duration = Duration::from_secs(5);
/// So long a cluster that is being enlarged may take.
const SCALE_UP: Duration = Duration::from_mins(5);
/// A change of what a pod asks for within this time needs no patience.
const RECENT: Duration = Duration::from_mins(2);
/// Parts of a pod template that decide where it may run.
const PLACEMENT: &[&str] =
    &["requests", "nodeSelector", "affinity", "tolerations", "topologySpread", "nodeName"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "unschedulable",
        kinds: &["Pod"],
        conditions: &["Unschedulable"],
        about: "The scheduler finds no node for a pod for 30 s, or at once when what its workload asks for was just \
                changed. While an autoscaler enlarges the cluster it waits 5 minutes; gated pods are not reported.",
        remedy: "Compare requests, selectors, affinity and tolerations with the nodes' allocatable resources, \
                 labels and taints. Uncordon or add nodes only when the pod would fit an empty one.",
        link: "https://kubernetes.io/docs/concepts/scheduling-eviction/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    unscheduled(world, pod).into_iter().collect()
}

fn unscheduled(world: &World, pod: &Tracked) -> Option<Verdict> {
    let scheduled = condition(&pod.body, "PodScheduled")?;
    if is_over(pod)
        || text(scheduled, &["status"]) != "False"
        || text(scheduled, &["reason"]) != "Unschedulable"
    {
        return None;
    }
    let since = time(scheduled, &["lastTransitionTime"]).unwrap_or(pod.seen_at);
    let due = since.plus(patience(world, pod, since));
    if let Some(pending) = world.waits_until(due) {
        return Some(pending);
    }
    let said = text(scheduled, &["message"]);
    let quote = format!("Pod {}: not scheduled: {said}", pod.reference.name);
    let mut symptom =
        Symptom::new("Unschedulable", severity(world, pod), format!("No node takes the pod: {said}"))
            .knowing("said", said)
            .quoting(pod.observation, pod.seen_at, quote);
    if let Some(event) = event(world, pod, "FailedScheduling") {
        let quote = format!("Event on Pod {}: FailedScheduling: {}", pod.reference.name, event.note);
        symptom = symptom.quoting(event.observation, event.last, quote);
    }
    if let Some(claim) = claim_without_class(world, pod) {
        let class = at(&claim.body, &["spec", "storageClassName"]);
        symptom =
            symptom.blaming(Mechanism::StorageClassMissing, &claim.reference, "spec.storageClassName", class);
    }
    Some(Verdict::Sick(symptom))
}

/// A claim of the pod that waits for a storage class that does not exist.
fn claim_without_class<'a>(world: &'a World, pod: &Tracked) -> Option<&'a Tracked> {
    list(&pod.body, &["spec", "volumes"]).iter().find_map(|volume| {
        let name = text(volume, &["persistentVolumeClaim", "claimName"]);
        let claim = world.objects.named("PersistentVolumeClaim", &pod.reference.namespace, name)?;
        let class = text(&claim.body, &["spec", "storageClassName"]);
        let waits = text(&claim.body, &["status", "phase"]) == "Pending";
        (waits && world.is_missing("StorageClass", "", class)).then_some(claim)
    })
}

fn event<'a>(world: &'a World, pod: &'a Tracked, reason: &str) -> Option<&'a Tally> {
    world.tallies_of(&pod.reference).find(|it| it.reason == reason)
}

fn patience(world: &World, pod: &Tracked, since: Timestamp) -> Duration {
    if event(world, pod, "TriggeredScaleUp").is_some() {
        return SCALE_UP;
    }
    let workload = world.workload(pod);
    let asks_for_more = |change: &Change| {
        change.object.uid == workload.reference.uid
            && change.at.plus(RECENT) >= since
            && PLACEMENT.iter().any(|part| change.field.as_str().contains(part))
    };
    let was_seen = world.changes.iter().any(asks_for_more);
    let asked_for_more =
        was_seen || world.is_one_look && world.own_past(workload).iter().any(|it| asks_for_more(&it.change));
    let is_closed = condition(&pod.body, "PodScheduled")
        .is_some_and(|it| text(it, &["message"]).contains("unschedulable"));
    if asked_for_more {
        Duration::ZERO
    } else if world.is_one_look && !is_closed {
        ONE_LOOK
    } else {
        PATIENCE
    }
}
