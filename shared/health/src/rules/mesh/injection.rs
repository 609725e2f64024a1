//! Namespaces whose pods should have a sidecar and have none.

use super::membership::{has_sidecar, is_ambient};
use crate::{
    rules::{Rule, RuleDoc, is_of_job, is_over},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, text},
    world::World,
};
use chiron_model::Severity;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-injection",
        kinds: &["Namespace"],
        conditions: &["PodMissingProxy"],
        about: "A namespace is labelled for the injection of sidecars, and pods in it have none: most often they are older \
                than the label. Only noted. Pods that opted out, use the network of their node or belong to a Job \
                are left out.",
        remedy: "Restart the workloads when it suits, one after the other.",
        link: "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    },
    check,
};

fn check(world: &World, namespace: &Tracked) -> Vec<Verdict> {
    let label = |key: &str| text(&namespace.body, &["metadata", "labels", key]);
    if label("istio-injection") != "enabled"
        && (label("istio.io/rev").is_empty() || label("istio-injection") == "disabled")
    {
        return Vec::new();
    }
    let pods = world.objects.in_namespace("Pod", &namespace.reference.name);
    let mut bare: Vec<String> = pods
        .filter(|pod| !is_over(pod) && !is_of_job(pod) && !has_opted_out(pod))
        .filter(|pod| !has_sidecar(pod) && !is_ambient(world, pod))
        .map(|pod| world.workload(pod).reference.title())
        .collect();
    bare.sort_unstable();
    bare.dedup();
    let Some(first) = bare.first() else { return Vec::new() };
    let message = format!("{} workloads have pods without a sidecar, among them {first}.", bare.len());
    let quote = format!("{}: injection is on; {first} has no istio-proxy", namespace.reference.title());
    bare.truncate(32);
    let symptom = Symptom::new("PodMissingProxy", Severity::Info, message)
        .knowing("workloads", bare)
        .quoting(namespace.observation, namespace.seen_at, quote);
    vec![Verdict::Sick(symptom)]
}

fn has_opted_out(pod: &Tracked) -> bool {
    let key = "sidecar.istio.io/inject";
    let by = |part: &str| text(&pod.body, &["metadata", part, key]) == "false";
    by("labels") || by("annotations") || at(&pod.body, &["spec", "hostNetwork"]).as_bool() == Some(true)
}
