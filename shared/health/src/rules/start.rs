//! Containers that cannot be started at all.

use super::{Rule, RuleDoc, is_over, severity};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{statuses, text},
    world::World,
};
use serde_json::Value;

const WAITING: &[&str] = &[
    "RunContainerError",
    "CreateContainerError",
    "PreCreateHookError",
    "PreStartHookError",
    "PostStartHookError",
];
const ENDED: &[&str] = &["StartError", "ContainerCannotRun"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "container-start",
        kinds: &["Pod"],
        conditions: &[
            "RunContainerError",
            "CreateContainerError",
            "PreCreateHookError",
            "PreStartHookError",
            "PostStartHookError",
            "StartError",
            "ContainerCannotRun",
        ],
        about: "The runtime cannot start a container: the program is not there, may not be run, or a hook failed.",
        remedy: "Check command, arguments, working directory and mounts against what is in the image; undo the \
                 rollout that changed them.",
        link: "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| unstartable(world, pod, status)).map(Verdict::Sick).collect()
}

fn unstartable(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let waiting = text(status, &["state", "waiting", "reason"]);
    let (reason, said) = if WAITING.contains(&waiting) {
        (waiting, text(status, &["state", "waiting", "message"]))
    } else {
        let state = ["state", "lastState"]
            .into_iter()
            .find(|state| ENDED.contains(&text(status, &[state, "terminated", "reason"])))?;
        // In a single look the restarts say it all; followed over time, the start failed before they did.
        if world.is_one_look && waiting == "CrashLoopBackOff" {
            return None;
        }
        // A start that failed once is over as soon as the container runs.
        if !text(status, &["state", "running", "startedAt"]).is_empty() {
            return None;
        }
        (text(status, &[state, "terminated", "reason"]), text(status, &[state, "terminated", "message"]))
    };
    let name = text(status, &["name"]);
    let quote = format!("Pod {}: container {name} cannot start: {reason}: {said}", pod.reference.name);
    Some(
        Symptom::new(reason, severity(world, pod), format!("Container {name} cannot be started: {said}."))
            .in_container(name)
            .knowing("said", said)
            .quoting(pod.observation, pod.seen_at, quote),
    )
}
