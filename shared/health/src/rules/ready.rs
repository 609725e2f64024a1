//! Containers that run but never become ready.

use super::{Rule, RuleDoc, is_of_job, is_over, severity};
use crate::{
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, container, count, statuses, text, time},
    world::World,
};
use chiron_model::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// How long a workload may take to become ready when nothing is known of its past, in seconds.
const UNKNOWN_START_UP: f64 = 60.0;
/// However fast a workload used to be, it has this long, in seconds.
const LEAST_PATIENCE: f64 = 5.0;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "not-ready",
        kinds: &["Pod"],
        conditions: &["NotReady"],
        about: "A container runs, its readiness probe failed as often as its threshold allows, and it takes more than \
                three times as long as its workload ever took to become ready (60 s when that is not known). \
                Containers that start, and pods being deleted, are not reported.",
        remedy: "Compare the probe's port and path with what the container serves. When they are right, look at \
                 what the application depends on.",
        link: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) || is_of_job(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| unready(world, pod, status)).collect()
}

fn unready(world: &World, pod: &Tracked, status: &Value) -> Option<Verdict> {
    let name = text(status, &["name"]);
    let spec = container(at(&pod.body, &["spec"]), name)?;
    let probe = at(spec, &["readinessProbe"]);
    let started = time(status, &["state", "running", "startedAt"])?;
    if probe.is_null() || at(status, &["ready"]) == &Value::Bool(true) {
        return None;
    }
    let failure = failures(world, pod, name).max_by_key(|it| it.last)?;
    let since = unready_since(pod, started);
    let patience = patience(world, pod, probe);
    // The kubelet tells both by its own clock; where that is not enough, by ours.
    let is_due = failure.told >= since.plus(patience);
    if let Some(pending) = world.waits_until(pod.happened(since).plus(patience)).filter(|_| !is_due) {
        return Some(pending);
    }
    let times: u64 = failures(world, pod, name).filter(|it| it.last >= since).map(|it| it.count).sum();
    if times < threshold(probe) {
        return None;
    }
    Some(Verdict::Sick(describe(world, pod, name, failure)))
}

/// Failures of the readiness probe, an Event for each way in which it failed.
fn failures<'a>(world: &'a World, pod: &'a Tracked, container: &'a str) -> impl Iterator<Item = &'a Tally> {
    world
        .tallies_of(&pod.reference)
        .filter(move |it| it.container == container && it.reason == "Unhealthy")
        .filter(|it| it.note.starts_with("Readiness probe"))
}

/// Failures that the probe forgives; Kubernetes' own default where the probe does not say.
fn threshold(probe: &Value) -> u64 {
    match count(probe, &["failureThreshold"]) {
        0 => 3,
        some => some,
    }
}

/// Since when the pod is not ready: since its container started, or since it stopped being ready.
fn unready_since(pod: &Tracked, started: Timestamp) -> Timestamp {
    let changed = condition(&pod.body, "Ready").and_then(|it| time(it, &["lastTransitionTime"]));
    changed.map_or(started, |at| at.max(started))
}

fn patience(world: &World, pod: &Tracked, probe: &Value) -> Duration {
    let usual = world.start_up.get(&world.workload(pod).reference.uid);
    let delay = f64::from(u32::try_from(count(probe, &["initialDelaySeconds"])).unwrap_or(0));
    let seconds = usual.map_or(UNKNOWN_START_UP, |it| (it * 3.0).max(LEAST_PATIENCE)) + delay;
    Duration::from_secs_f64(seconds.min(3600.0))
}

fn describe(world: &World, pod: &Tracked, name: &str, failure: &Tally) -> Symptom {
    let message = format!("Container {name} runs but does not become ready: {}", failure.note);
    let event =
        format!("Event on Pod {}: Unhealthy, {} times: {}", pod.reference.name, failure.count, failure.note);
    let state = format!("Pod {}: container {name} is running and not ready", pod.reference.name);
    Symptom::new("NotReady", severity(world, pod), message)
        .in_container(name)
        .knowing("said", failure.note.clone())
        .knowing("refused", failure.note.contains("connection refused"))
        .quoting(failure.observation, failure.last, event)
        .quoting(pod.observation, pod.seen_at, state)
}
