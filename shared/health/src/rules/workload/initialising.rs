//! Pods that do not get past their init containers.

use crate::{
    rules::{Rule, RuleDoc, is_of_job, is_over, severity},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, container, list, text, time},
    world::World,
};
use serde_json::Value;
use std::time::Duration;

/// Preparations may take this long.
const PATIENCE: Duration = Duration::from_mins(10);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "init-container-waits",
        kinds: &["Pod"],
        conditions: &["PodInitializing"],
        about: "An init container runs for 10 minutes, and the other containers wait for it. Sidecars and pods of Jobs \
                are not reported. Init containers that crash \
                are reported by the rules of crashes.",
        remedy: "Read the log of the init container: mostly it waits for something that is not there.",
        link: "https://kubernetes.io/docs/concepts/workloads/pods/init-containers/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) || is_of_job(pod) || text(&pod.body, &["status", "phase"]) != "Pending" {
        return Vec::new();
    }
    let statuses = list(&pod.body, &["status", "initContainerStatuses"]);
    statuses.iter().find_map(|it| waiting(world, pod, it)).into_iter().collect()
}

fn waiting(world: &World, pod: &Tracked, status: &Value) -> Option<Verdict> {
    let name = text(status, &["name"]);
    let since = time(status, &["state", "running", "startedAt"])?;
    let spec = container(at(&pod.body, &["spec"]), name)?;
    if text(spec, &["restartPolicy"]) == "Always" {
        return None;
    }
    let due = pod.happened(since).plus(PATIENCE);
    if world.now < due {
        return Some(Verdict::Pending(due));
    }
    let message = format!("Init container {name} runs since {since}, and the other containers wait for it.");
    let quote = format!("Pod {}: init container {name} is running since {since}", pod.reference.name);
    Some(Verdict::Sick(
        Symptom::new("PodInitializing", severity(world, pod), message).in_container(name).quoting(
            pod.observation,
            pod.seen_at,
            quote,
        ),
    ))
}
