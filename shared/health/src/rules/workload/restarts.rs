//! Containers that run between one crash and the next.

use crate::{
    rules::{Rule, RuleDoc, STABLE, is_of_job, is_over, severity},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, count, statuses, text, time},
    world::World,
};
use chiron_model::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// Restarts within this time are the present, older ones are history.
const WINDOW: Duration = Duration::from_mins(10);
/// Fewer restarts than this are no habit.
const LEAST: u64 = 3;
/// Lives shorter than this make three restarts in the window, in seconds.
const SHORT_LIFE: f64 = 200.0;
/// A run that is so many times longer than the one before it is a recovery.
const PROOF: f64 = 3.0;
/// Reports that count starts and crashes of a container.
const COUNTING: &[&str] = &["BackOff", "Killing", "Started"];
/// Ends that other rules report, or that are no fault of the container.
const OTHERS: &[&str] = &["OOMKilled", "ContainerStatusUnknown", "Unknown"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "restart-growth",
        kinds: &["Pod"],
        conditions: &["RestartsGrowing"],
        about: "A container runs at the moment, but it ended within the last 10 minutes, and it did so at a pace of at \
                least three restarts in 10 minutes. How often it restarted in all does not count: one that runs three \
                times longer than before has recovered.",
        remedy: "Read the log of the previous container (kubectl logs --previous) and undo the change that came \
                 before the restarts began to grow.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) || is_of_job(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| growing(world, pod, status)).map(Verdict::Sick).collect()
}

fn growing(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let name = text(status, &["name"]);
    let started = time(status, &["state", "running", "startedAt"])?;
    let last = at(status, &["lastState", "terminated"]);
    let ended = time(last, &["finishedAt"])?;
    let began = time(last, &["startedAt"])?;
    let life = ended.seconds_since(began);
    let restarts = count(status, &["restartCount"]);
    let is_known = ["crash-loop", "probe-kills", "out-of-memory"]
        .iter()
        .any(|rule| world.findings.contains_key(&format!("{}/{rule}/{name}", pod.reference.uid)));
    if restarts < LEAST || is_known || life < 0.0 || OTHERS.contains(&text(last, &["reason"])) {
        return None;
    }
    let proven = started.plus(proof(life)).min(ended.plus(WINDOW));
    let grows = life <= SHORT_LIFE || counted(world, pod, name) >= LEAST;
    if !grows || world.now >= proven {
        return None;
    }
    Some(describe(world, pod, status).rechecked_at(proven))
}

/// How long a container must run after a life of so many seconds to be well.
fn proof(life: f64) -> Duration {
    STABLE.max(Duration::from_secs_f64((life * PROOF).clamp(0.0, WINDOW.as_secs_f64())))
}

/// Restarts that Events of the last 10 minutes count.
fn counted(world: &World, pod: &Tracked, container: &str) -> u64 {
    let since: Timestamp = world.now.minus(WINDOW);
    world
        .tallies_of(&pod.reference)
        .filter(|it| it.container == container && COUNTING.contains(&it.reason.as_str()))
        .filter(|it| it.first >= since)
        .map(|it| it.count)
        .max()
        .unwrap_or(0)
}

fn describe(world: &World, pod: &Tracked, status: &Value) -> Symptom {
    let name = text(status, &["name"]);
    let restarts = count(status, &["restartCount"]);
    let last = at(status, &["lastState", "terminated"]);
    let code = at(last, &["exitCode"]).as_i64().unwrap_or(0);
    let message = format!("Container {name} runs, but its restarts grow ({restarts} now, exit code {code}).");
    let quote = format!(
        "Pod {}: container {name} restarted {restarts} times, last ended at {} with exit code {code}",
        pod.reference.name,
        text(last, &["finishedAt"]),
    );
    Symptom::new("RestartsGrowing", severity(world, pod), message)
        .in_container(name)
        .knowing("exitCode", code)
        .knowing("restarts", restarts)
        .quoting(pod.observation, pod.seen_at, quote)
}
