//! Pods that ended badly.

use crate::{
    rules::{Rule, RuleDoc, is_of_job},
    standing::is_whole,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, has_condition, statuses, text},
    world::World,
};
use chiron_model::Severity;
use serde_json::Value;

/// Ends that another rule reports, or that make room for something else.
const OTHERS: &[&str] = &["Evicted", "NodeShutdown", "Preempting", "Shutdown", "Terminated"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "pod-failed",
        kinds: &["Pod"],
        conditions: &["Failed"],
        about: "A pod has failed for good and is not replaced. Pods of a Job that still tries or that completed are \
                healthy; those of a Job that was not seen, and those whose workload is whole again, are only noted. \
                Evictions, kills for want of memory and shutdowns of nodes are not reported here.",
        remedy: "Read the log of the container that failed. Delete the pod when it is no longer needed.",
        link: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    let reason = text(&pod.body, &["status", "reason"]);
    let is_killed = statuses(&pod.body).any(|it| ended(it, "reason").as_str() == Some("OOMKilled"));
    if text(&pod.body, &["status", "phase"]) != "Failed" || OTHERS.contains(&reason) || is_killed {
        return Vec::new();
    }
    let Some(severity) = weight(world, pod) else { return Vec::new() };
    let failed: Vec<&Value> =
        statuses(&pod.body).filter(|it| code(it).is_some_and(|code| code != 0)).collect();
    if failed.is_empty() {
        return vec![Verdict::Sick(refused(pod, severity))];
    }
    failed.into_iter().map(|status| Verdict::Sick(describe(pod, status, severity))).collect()
}

/// How bad the end of the pod is; none when it is normal.
fn weight(world: &World, pod: &Tracked) -> Option<Severity> {
    let workload = world.workload(pod);
    if is_of_job(pod) {
        let Some(job) = pod.owner().and_then(|it| world.objects.get(it.uid)) else {
            return Some(Severity::Info);
        };
        return has_condition(&job.body, "Failed", "True").then_some(Severity::Warning);
    }
    let is_replaced = workload.reference.uid != pod.reference.uid && is_whole(&workload.body);
    Some(if is_replaced { Severity::Info } else { Severity::Warning })
}

fn ended<'a>(status: &'a Value, field: &str) -> &'a Value {
    at(status, &["state", "terminated", field])
}

fn code(status: &Value) -> Option<i64> {
    ended(status, "exitCode").as_i64()
}

fn describe(pod: &Tracked, status: &Value, severity: Severity) -> Symptom {
    let name = text(status, &["name"]);
    let code = code(status).unwrap_or(0);
    let reason = ended(status, "reason").as_str().unwrap_or("");
    let quote = format!("Pod {}: container {name} ended: {reason}, exit code {code}", pod.reference.name);
    let message = format!("The pod failed: container {name} ended with exit code {code}.");
    Symptom::new("Failed", severity, message)
        .in_container(name)
        .knowing("exitCode", code)
        .knowing("terminationReason", reason)
        .quoting(pod.observation, pod.seen_at, quote)
}

/// No container says why: the node did not take the pod, or ended it.
fn refused(pod: &Tracked, severity: Severity) -> Symptom {
    let reason = text(&pod.body, &["status", "reason"]);
    let said = text(&pod.body, &["status", "message"]);
    let quote = format!("Pod {}: Failed: {reason}: {said}", pod.reference.name);
    Symptom::new("Failed", severity, format!("The pod failed: {reason} {said}"))
        .knowing("reason", reason)
        .quoting(pod.observation, pod.seen_at, quote)
}
