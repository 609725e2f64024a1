//! Pods that a node threw out.

use super::{Rule, RuleDoc, STABLE};
use crate::{
    standing::is_whole,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::text,
    world::World,
};
use chiron_model::{Severity, Timestamp};
use std::time::Duration;

/// Evictions of one workload that lie closer together are one trouble.
const REPEATED: Duration = Duration::from_mins(5);
/// The part that is reported of a pod whose workload is whole again.
const REPLACED: &str = "replaced";

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "evicted",
        kinds: &["Pod"],
        conditions: &["Evicted"],
        about: "A node evicted a pod for want of a resource, and the workload has no full replacement yet, or one pod \
                after the other is evicted and the last one less than 30 s ago. Evicted pods whose workload is whole \
                are only noted.",
        remedy: "Find what filled the node: compare use with requests, and set requests and ephemeral-storage \
                 limits that match. Delete the records of evicted pods when they are no longer needed.",
        link: "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if !is_evicted(pod) {
        return Vec::new();
    }
    let said = text(&pod.body, &["status", "message"]);
    let quote = format!("Pod {}: evicted: {said}", pod.reference.name);
    let symptom = |severity| {
        Symptom::new("Evicted", severity, format!("The node evicted the pod: {said}"))
            .knowing("said", said)
            .quoting(pod.observation, pod.seen_at, quote)
    };
    let noted = format!("{}/{}/{REPLACED}", pod.reference.uid, RULE.doc.name);
    let was_replaced = world.findings.contains_key(&noted);
    vec![Verdict::Sick(match evictions_go_on(world, pod) {
        Some(until) => symptom(Severity::Warning).rechecked_at(until),
        None if was_replaced || is_whole(&world.workload(pod).body) => {
            symptom(Severity::Info).in_part(REPLACED)
        }
        None => symptom(Severity::Warning),
    })]
}

fn is_evicted(pod: &Tracked) -> bool {
    text(&pod.body, &["status", "reason"]) == "Evicted"
}

/// Until when the eviction of one pod after the other counts as going on; none when it does not.
fn evictions_go_on(world: &World, pod: &Tracked) -> Option<Timestamp> {
    let workload = &world.workload(pod).reference.uid;
    let others: Vec<&Tracked> = world
        .objects
        .in_namespace("Pod", &pod.reference.namespace)
        .filter(|it| it.reference.uid != pod.reference.uid && is_evicted(it))
        .filter(|it| it.seen_at.plus(REPEATED) >= pod.seen_at && pod.seen_at.plus(REPEATED) >= it.seen_at)
        .filter(|it| world.workload(it).reference.uid == *workload)
        .collect();
    let newest = others.iter().map(|it| it.seen_at).max()?.max(pod.seen_at);
    Some(newest.plus(STABLE)).filter(|until| world.now < *until)
}
