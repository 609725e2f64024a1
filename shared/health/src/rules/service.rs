//! Services that send traffic nowhere.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, is_ready, text},
    world::World,
};
use chiron_model::Severity;
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "service-without-pods",
        kinds: &["Service"],
        conditions: &["NoEndpoints"],
        about: "The selector of a Service matches no pod, although the workload that it sent traffic to still wants \
                replicas. Services without a selector, Services that never had pods, and workloads that were scaled \
                to zero are not reported; pods that match but are not ready have rules of their own.",
        remedy: "Restore the selector of the Service, or the labels of the pod template, whichever was changed \
                 last.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    },
    check,
};

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    orphaned(world, service).map(Verdict::Sick).into_iter().collect()
}

fn orphaned(world: &World, service: &Tracked) -> Option<Symptom> {
    let selector = at(&service.body, &["spec", "selector"]);
    let selects_something = selector.as_object().is_some_and(|it| !it.is_empty());
    if !selects_something || world.pods_behind(service).next().is_some() {
        return None;
    }
    let backing = world.objects.get(world.backing.get(&service.reference.uid)?)?;
    let pods: Vec<&Tracked> = world
        .objects
        .in_namespace("Pod", &service.reference.namespace)
        .filter(|pod| world.workload(pod).reference.uid == backing.reference.uid && is_ready(&pod.body))
        .collect();
    // Without pods of its own the workload is what is in trouble, not the Service.
    if !World::wants_replicas(backing) || pods.is_empty() {
        return None;
    }
    let wanted = show(selector);
    let message = format!("The selector ({wanted}) matches no pod; {} ready pods are left out.", pods.len());
    let quote = format!(
        "Service {}: selector {wanted} matches no pod; {} has {} ready pods with labels {}",
        service.reference.name,
        backing.reference.title(),
        pods.len(),
        show(at(&pods[0].body, &["metadata", "labels"])),
    );
    Some(
        Symptom::new("NoEndpoints", Severity::Critical, message)
            .knowing("leftOut", backing.reference.title())
            .quoting(service.observation, service.seen_at, quote),
    )
}

fn show(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    pairs.map(|(key, value)| format!("{key}={}", text(value, &[]))).collect::<Vec<_>>().join(",")
}
