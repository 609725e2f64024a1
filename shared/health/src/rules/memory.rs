//! Containers that the kernel killed for want of memory.

use super::{Rule, RuleDoc, STABLE, is_of_job, severity};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, container, count, has_condition, statuses, text, time},
    world::World,
};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "out-of-memory",
        kinds: &["Pod"],
        conditions: &["OOMKilled"],
        about: "A container was killed for want of memory and has not run for 30 s since. A kill of a past life, \
                after which the container runs well, is history and not reported, nor is one in a Job that completed.",
        remedy: "Compare the limit with the working set before the kill. Restore the former limit, or raise it \
                 within the quota and the node's memory; look for a leak when the use grows for hours.",
        link: "https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    // What was killed in a Job was tried again; a Job that is complete has what it wanted.
    let job = pod.owner().and_then(|owner| world.objects.get(owner.uid));
    if is_of_job(pod) && job.is_some_and(|it| has_condition(&it.body, "Complete", "True")) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| killed(world, pod, status)).map(Verdict::Sick).collect()
}

fn killed(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let is_kill = |state: &str| text(status, &[state, "terminated", "reason"]) == "OOMKilled";
    let started = time(status, &["state", "running", "startedAt"]);
    let well_at = started.map(|at| pod.happened(at).plus(STABLE));
    let fresh = is_kill("lastState") && well_at.is_none_or(|at| world.now < at);
    if !is_kill("state") && !fresh {
        return None;
    }
    let name = text(status, &["name"]);
    let limit = limit_of(world, pod, name);
    let restarts = count(status, &["restartCount"]);
    let message =
        format!("Container {name} was killed for want of memory (limit {limit}, {restarts} restarts).");
    let quote = format!("Pod {}: container {name} terminated: OOMKilled, exit code 137", pod.reference.name);
    let symptom = Symptom::new("OOMKilled", severity(world, pod), message)
        .in_container(name)
        .knowing("memoryLimit", limit)
        .quoting(pod.observation, pod.seen_at, quote);
    Some(match well_at {
        Some(at) => symptom.rechecked_at(at),
        None => symptom,
    })
}

fn limit_of(world: &World, pod: &Tracked, name: &str) -> String {
    let own = container(at(&pod.body, &["spec"]), name);
    let wanted = container(at(world.template_of(pod), &["spec"]), name);
    let limit = own.or(wanted).map_or("", |it| text(it, &["resources", "limits", "memory"]));
    if limit.is_empty() { "none of its own".to_owned() } else { limit.to_owned() }
}
