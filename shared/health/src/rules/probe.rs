//! Containers that are killed because a probe fails.

use super::{Rule, RuleDoc, STABLE, is_of_job, is_over, severity};
use crate::{
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{statuses, text, time},
    world::World,
};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "probe-kills",
        kinds: &["Pod"],
        conditions: &["ProbeFailed"],
        about: "The kubelet restarts a container because its liveness or startup probe fails, and the container has \
                not run for 30 s since the last kill. Readiness probes have a rule of their own.",
        remedy: "Give a slow start a startup probe, and a loaded container more time: timeout, period and failure \
                 threshold. Do not raise memory for it.",
        link: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) || is_of_job(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| killed(world, pod, status)).map(Verdict::Sick).collect()
}

fn killed(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let name = text(status, &["name"]);
    let (kill, probe) = world
        .tallies_of(&pod.reference)
        .filter(|it| it.container == name && it.reason == "Killing")
        .filter_map(|it| Some((it, failed_probe(&it.note)?)))
        .max_by_key(|(it, _)| it.last)?;
    // One clock tells both: a container that started after the kill is the one that was made in its place.
    let replaced = time(status, &["state", "running", "startedAt"]).filter(|at| *at >= kill.told);
    let well_at = replaced.map_or(kill.last, |at| pod.happened(at)).plus(STABLE);
    if world.now >= well_at {
        return None;
    }
    let message = format!("Container {name} is killed because its {probe} probe fails.");
    let quote = format!("Event on Pod {}: Killing: {}", pod.reference.name, kill.note);
    let symptom = Symptom::new("ProbeFailed", severity(world, pod), message)
        .in_container(name)
        .knowing("probe", probe)
        .rechecked_at(well_at)
        .quoting(kill.observation, kill.last, quote);
    Some(match failure(world, pod, name, probe) {
        Some(it) => {
            let quote = format!("Event on Pod {}: Unhealthy: {}", pod.reference.name, it.note);
            symptom.quoting(it.observation, it.last, quote)
        }
        None => symptom,
    })
}

/// `Container web failed liveness probe, will be restarted`. The name of a container may be anything.
fn failed_probe(note: &str) -> Option<&'static str> {
    ["liveness", "startup"].into_iter().find(|probe| note.contains(&format!(" failed {probe} probe")))
}

fn failure<'a>(world: &'a World, pod: &'a Tracked, container: &str, probe: &str) -> Option<&'a Tally> {
    world
        .tallies_of(&pod.reference)
        .filter(|it| it.container == container && it.reason == "Unhealthy")
        .filter(|it| it.note.to_ascii_lowercase().starts_with(&format!("{probe} probe")))
        .max_by_key(|it| it.last)
}
