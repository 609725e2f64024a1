//! `StatefulSets` that stop at one of their pods.

use crate::{
    rules::{Rule, RuleDoc},
    standing::standing,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, is_ready, is_terminating, text},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// Starting, scaling and rolling take their time.
const PATIENCE: Duration = Duration::from_mins(5);
/// Pods of one set that are looked at.
const MAX_ORDINALS: u64 = 10_000;

pub(crate) const STUCK: Rule = Rule {
    doc: RuleDoc {
        name: "stateful-set-stuck",
        kinds: &["StatefulSet"],
        conditions: &["StatefulSetStuck"],
        about: "A StatefulSet that starts its pods one after the other has fewer ready ones than it wants for 5 \
                minutes; the first one that is absent or not ready holds up those after it. Sets that start their \
                pods in parallel are not reported here.",
        remedy: "Repair the pod that is named; the set goes on by itself. A broken revision needs the pod to be \
                 deleted after the template is repaired.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback",
    },
    check: stuck,
};

fn stuck(world: &World, set: &Tracked) -> Vec<Verdict> {
    let is_ordered = text(&set.body, &["spec", "podManagementPolicy"]) != "Parallel";
    let Some(standing) = standing(&set.body).filter(|it| is_ordered && it.ready < it.desired) else {
        return Vec::new();
    };
    let since = world.short_since.get(&set.reference.uid).copied().unwrap_or(set.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return vec![pending];
    }
    let Some((name, trouble)) = first_broken(world, set, standing.desired) else { return Vec::new() };
    let severity = if standing.ready > 0 { Severity::Warning } else { Severity::Critical };
    let message = format!("The set stops at pod {name}, which {trouble}; those after it wait.");
    let quote =
        format!("{}: {} of {} replicas are ready", set.reference.title(), standing.ready, standing.desired);
    vec![Verdict::Sick(Symptom::new("StatefulSetStuck", severity, message).knowing("pod", name).quoting(
        set.observation,
        set.seen_at,
        quote,
    ))]
}

/// The pod with the lowest number that is not ready, and what is the matter with it.
fn first_broken(world: &World, set: &Tracked, desired: u64) -> Option<(String, &'static str)> {
    let namespace = &set.reference.namespace;
    if !world.is_read("Pod", namespace) {
        return None;
    }
    let start = at(&set.body, &["spec", "ordinals", "start"]).as_u64().unwrap_or(0);
    let end = start.saturating_add(desired.min(MAX_ORDINALS));
    (start..end).find_map(|ordinal| {
        let name = format!("{}-{ordinal}", set.reference.name);
        let trouble = match world.objects.named("Pod", namespace, &name) {
            None => "does not exist",
            Some(pod) if is_terminating(&pod.body) => "is being deleted",
            Some(pod) if !is_ready(&pod.body) => "is not ready",
            Some(_) => return None,
        };
        Some((name, trouble))
    })
}
