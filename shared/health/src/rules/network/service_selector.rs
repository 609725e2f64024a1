//! Services whose selector just misses the pods they are for.

use super::fault::still_written;
use crate::{
    rules::{Rule, RuleDoc, is_over},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, is_ready, selects, template, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Endings by which a Service is told from its workload.
const ENDINGS: &[&str] = &["-service", "-svc"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "service-selector",
        kinds: &["Service"],
        conditions: &["NoEndpoints"],
        about: "The selector of a Service matches no pod, and ready pods of a workload of the same name, or with the same \
                labels but for one value, are behind no Service at all. Services whose workload is scaled to zero, \
                headless ones, those without a selector, and those that had pods before (service-without-pods) \
                are not reported.",
        remedy: "Correct the label in spec.selector. Do not relabel the pods.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    },
    check,
};

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    missed(world, service).into_iter().collect()
}

fn missed(world: &World, service: &Tracked) -> Option<Verdict> {
    let selector = at(&service.body, &["spec", "selector"]);
    let wanted = selector.as_object().filter(|it| !it.is_empty())?;
    let is_for_all = service.reference.api_version == "v1"
        && text(&service.body, &["spec", "clusterIP"]) != "None"
        && text(&service.body, &["spec", "type"]) != "ExternalName";
    // One that had pods has a rule of its own.
    let had_pods =
        world.backing.get(&service.reference.uid).is_some_and(|backing| world.objects.contains_key(backing));
    if !is_for_all || had_pods || world.pods_behind(service).next().is_some() || is_awaited(world, service) {
        return None;
    }
    let (workload, pods) = left_out(world, service)
        .into_values()
        .find(|(workload, pods)| is_near(service, wanted, workload, pods[0]))?;
    Some(still_written(world, service).unwrap_or_else(|| describe(service, workload, &pods)))
}

/// Whether the template of some workload has the labels: then its pods are only not there now.
fn is_awaited(world: &World, service: &Tracked) -> bool {
    let selector = at(&service.body, &["spec", "selector"]);
    let kinds = [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "CronJob",
        "Rollout",
    ];
    kinds
        .iter()
        .flat_map(|kind| world.objects.in_namespace(kind, &service.reference.namespace))
        .any(|it| selects(selector, at(template(&it.body), &["metadata", "labels"])))
}

/// Ready pods that no Service selects, by the name of their workload.
fn left_out<'a>(world: &'a World, service: &Tracked) -> BTreeMap<&'a str, (&'a Tracked, Vec<&'a Tracked>)> {
    let namespace = &service.reference.namespace;
    let selectors: Vec<&Value> = world
        .objects
        .in_namespace("Service", namespace)
        .map(|it| at(&it.body, &["spec", "selector"]))
        .collect();
    let mut found: BTreeMap<&str, (&Tracked, Vec<&Tracked>)> = BTreeMap::new();
    for pod in world.objects.in_namespace("Pod", namespace).filter(|pod| is_ready(&pod.body) && !is_over(pod))
    {
        let labels = at(&pod.body, &["metadata", "labels"]);
        if !selectors.iter().any(|selector| selects(selector, labels)) {
            let workload = world.workload(pod);
            found.entry(&workload.reference.name).or_insert((workload, Vec::new())).1.push(pod);
        }
    }
    found
}

/// Whether the Service seems to be meant for that workload.
fn is_near(service: &Tracked, wanted: &Map<String, Value>, workload: &Tracked, pod: &Tracked) -> bool {
    let name = service.reference.name.as_str();
    let plain = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let labels = at(&pod.body, &["metadata", "labels"]);
    let differing: Vec<&String> =
        wanted.iter().filter(|(key, value)| labels.get(*key) != Some(value)).map(|(key, _)| key).collect();
    // One label in common with one that differs is a slip; one label alone that differs is another application.
    let is_slip =
        wanted.len() > 1 && differing.len() == 1 && differing.iter().all(|key| labels.get(*key).is_some());
    is_slip || [name, plain].contains(&workload.reference.name.as_str())
}

/// The one entry of a selector that the labels differ in, with its value; the whole selector where several differ.
fn wrong_entry<'a>(selector: &'a Value, labels: &Value) -> (FieldPath, &'a Value) {
    let whole = FieldPath::from("spec.selector");
    let entries = selector.as_object().into_iter().flatten();
    let differing: Vec<_> = entries.filter(|(key, value)| labels.get(*key) != Some(value)).collect();
    match differing.as_slice() {
        [(key, value)] => (whole.key(key), value),
        _ => (whole, selector),
    }
}

fn describe(service: &Tracked, workload: &Tracked, pods: &[&Tracked]) -> Verdict {
    let selector = at(&service.body, &["spec", "selector"]);
    let wanted = show(selector);
    let title = workload.reference.title();
    let message =
        format!("The selector ({wanted}) matches no pod; {} ready pods of {title} are left out.", pods.len());
    let quote = format!(
        "{}: selector {wanted} matches no pod; those of {title} have labels {}",
        service.reference.title(),
        show(at(&pods[0].body, &["metadata", "labels"])),
    );
    let mechanism = Mechanism::ServiceSelectorMismatch;
    let (field, value) = wrong_entry(selector, at(&pods[0].body, &["metadata", "labels"]));
    Verdict::Sick(
        Symptom::new("NoEndpoints", Severity::Critical, message)
            .knowing("leftOut", title)
            .quoting(service.observation, service.seen_at, quote)
            .blaming(mechanism, &service.reference, field.as_str(), value),
    )
}

fn show(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    pairs.map(|(key, value)| format!("{key}={}", text(value, &[]))).collect::<Vec<_>>().join(",")
}
