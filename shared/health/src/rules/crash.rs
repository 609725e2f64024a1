//! Containers that exit again and again.

use super::{Rule, RuleDoc, STABLE, is_of_job, is_over, severity};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, count, statuses, text, time},
    world::World,
};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "crash-loop",
        kinds: &["Pod"],
        conditions: &["CrashLoopBackOff", "ContainerTerminatedError"],
        about: "A container exited at least twice and has not run for 30 s since; a single look also reports one that \
                has just exited with an error (ContainerTerminatedError). A single restart, pods of Jobs, \
                pods being deleted and old restart counts of healthy containers are not reported.",
        remedy: "Read the log of the previous container (kubectl logs --previous) and undo the change that came \
                 before the first crash.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) || is_of_job(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| crashing(world, pod, status)).map(Verdict::Sick).collect()
}

fn crashing(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let restarts = count(status, &["restartCount"]);
    let ended = !at(status, &["state", "terminated"]).is_null() && exit_code(status) != 0;
    let is_out_of_memory = text(status, &["state", "terminated", "reason"]) == "OOMKilled";
    if world.is_one_look && ended && !is_out_of_memory {
        return Some(describe(world, pod, status, "ContainerTerminatedError"));
    }
    if restarts == 0 || at(status, &["lastState", "terminated"]).is_null() && is_running(status) {
        return None;
    }
    let name = text(status, &["name"]);
    let waits = text(status, &["state", "waiting", "reason"]) == "CrashLoopBackOff";
    let started = time(status, &["state", "running", "startedAt"]);
    let well_at = started.map(|at| pod.happened(at).plus(STABLE));
    let was_sick = world.findings.contains_key(&format!("{}/crash-loop/{name}", pod.reference.uid));
    let unproven = was_sick && well_at.is_some_and(|at| world.now < at);
    if !(waits || ended || unproven) {
        return None;
    }
    let symptom = describe(world, pod, status, "CrashLoopBackOff");
    Some(match well_at {
        Some(at) => symptom.rechecked_at(at),
        None => symptom,
    })
}

fn is_running(status: &Value) -> bool {
    !at(status, &["state", "running"]).is_null()
}

fn last_end(status: &Value) -> &Value {
    let now = at(status, &["state", "terminated"]);
    if now.is_null() { at(status, &["lastState", "terminated"]) } else { now }
}

fn exit_code(status: &Value) -> i64 {
    at(last_end(status), &["exitCode"]).as_i64().unwrap_or(0)
}

fn describe(world: &World, pod: &Tracked, status: &Value, condition: &str) -> Symptom {
    let name = text(status, &["name"]);
    let restarts = count(status, &["restartCount"]);
    let code = exit_code(status);
    let reason = text(last_end(status), &["reason"]);
    let message = match condition {
        "CrashLoopBackOff" => {
            format!("Container {name} exits again and again (exit code {code}, {restarts} restarts).")
        }
        _ => format!("Container {name} exited with an error (exit code {code}, {restarts} restarts)."),
    };
    let quote = format!(
        "Pod {}: container {name} terminated: {reason}, exit code {code}; restarted {restarts} times",
        pod.reference.name
    );
    let said = text(last_end(status), &["message"]);
    let mut symptom = Symptom::new(condition, severity(world, pod), message)
        .in_container(name)
        .knowing("exitCode", code)
        .knowing("terminationReason", reason)
        .quoting(pod.observation, pod.seen_at, quote);
    if !said.is_empty() {
        symptom = symptom.quoting(
            pod.observation,
            pod.seen_at,
            format!("Container {name} left the message: {said}"),
        );
    }
    symptom
}
