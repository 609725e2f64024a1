//! Services none of whose pods is ready.

use crate::{
    rules::{Rule, RuleDoc, is_over},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, is_ready, text, time},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// Pods start, and workloads are replaced, within this time.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "service-unready",
        kinds: &["Service"],
        conditions: &["NoReadyEndpoints"],
        about: "The pods of a Service are there, and none of them has been ready for 2 minutes. Only noted: the rules of \
                the pods say why. Services that publish pods before they are ready, and pods of Jobs, are left out.",
        remedy: "Look at the findings about the pods.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    },
    check,
};

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    unready(world, service).into_iter().collect()
}

fn unready(world: &World, service: &Tracked) -> Option<Verdict> {
    let publishes = at(&service.body, &["spec", "publishNotReadyAddresses"]).as_bool() == Some(true);
    let pods: Vec<&Tracked> = world.pods_behind(service).filter(|pod| !is_over(pod)).collect();
    let is_up = |pod: &&&Tracked| is_ready(&pod.body) || !World::wants_replicas(world.workload(pod));
    if publishes || pods.is_empty() || pods.iter().any(|pod| is_up(&pod)) {
        return None;
    }
    let since = pods.iter().map(|pod| {
        let turned = condition(&pod.body, "Ready").and_then(|it| time(it, &["lastTransitionTime"]));
        let turned = turned.map(|at| pod.happened(at));
        turned.or_else(|| time(&pod.body, &["metadata", "creationTimestamp"])).unwrap_or(pod.seen_at)
    });
    if let Some(pending) = since.max().and_then(|since| world.waits_until(since.plus(PATIENCE))) {
        return Some(pending);
    }
    let local = text(&service.body, &["spec", "externalTrafficPolicy"]) == "Local";
    let rest = if local { " It sends to no node (externalTrafficPolicy is Local)." } else { "" };
    let message = format!("None of {} pods is ready.{rest}", pods.len());
    let quote = format!("{}: {} pods match, none is ready", service.reference.title(), pods.len());
    Some(Verdict::Sick(
        Symptom::new("NoReadyEndpoints", Severity::Info, message).knowing("pods", pods.len()).quoting(
            service.observation,
            service.seen_at,
            quote,
        ),
    ))
}
