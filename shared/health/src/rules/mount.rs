//! Volumes that cannot be mounted.

use super::{Rule, RuleDoc, is_over, severity};
use crate::{
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::text,
    world::World,
};
use std::time::Duration;

/// Caches fill and disks attach within this time.
const PATIENCE: Duration = Duration::from_secs(20);
const REASONS: &[&str] = &["FailedMount", "FailedAttachVolume", "FailedMapVolume"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "volume-mount",
        kinds: &["Pod"],
        conditions: REASONS,
        about: "A pod waits for a volume that could not be mounted at least twice and for 20 s. A first failure while \
                caches fill is not reported.",
        remedy: "Check that the volume, the claim, the ConfigMap or the Secret exists and may be attached to this \
                 node. Never force a detach from a node that may still write.",
        link: "https://kubernetes.io/docs/concepts/storage/volumes/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    unmounted(world, pod).into_iter().collect()
}

fn unmounted(world: &World, pod: &Tracked) -> Option<Verdict> {
    if is_over(pod) || text(&pod.body, &["status", "phase"]) != "Pending" {
        return None;
    }
    // The kubelet says the same in several words, each an Event of its own.
    let events = || world.tallies_of(&pod.reference).filter(|it| REASONS.contains(&it.reason.as_str()));
    let newest = events().max_by_key(|it| it.last)?;
    let due = events().map(|it| it.first).min()?.plus(PATIENCE);
    if let Some(pending) = world.waits_until(due) {
        return Some(pending);
    }
    let times: u64 = events().map(|it| it.count).sum();
    (times >= 2).then(|| Verdict::Sick(describe(world, pod, newest)))
}

fn describe(world: &World, pod: &Tracked, event: &Tally) -> Symptom {
    let quote = format!(
        "Event on Pod {}: {}, {} times: {}",
        pod.reference.name, event.reason, event.count, event.note
    );
    Symptom::new(&event.reason, severity(world, pod), format!("A volume cannot be mounted: {}", event.note))
        .knowing("said", event.note.clone())
        .quoting(event.observation, event.last, quote)
}
