//! How a changed object reaches an object in trouble.

use crate::{
    cause::Blame,
    references::{names_host, references},
    tracked::Tracked,
    view::{at, containers, list, selects, template, text},
    world::World,
};
use chiron_model::{Change, Finding, ObjectRef, Relation};
use serde_json::Value;

/// Workloads that are noted as called.
const MAX_CALLEES: usize = 8;

/// How the object of `change` reaches the object of `finding`; `None` when it does not.
pub(crate) fn relation(world: &World, change: &Change, finding: &Finding) -> Option<Relation> {
    if change.object.is_same_place(&finding.workload) || change.object.is_same_place(&finding.object) {
        return Some(Relation::Itself);
    }
    if Blame::of(finding).is_some_and(|it| it.fits(change)) {
        return Some(Relation::Reads);
    }
    let workload = world.objects.get(&finding.workload.uid);
    let object = world.objects.get(&finding.object.uid);
    let subject = workload.or(object)?;
    if subject.reference.kind == "Service" {
        return behind_service(world, change, subject);
    }
    if subject.reference.kind == "HorizontalPodAutoscaler" {
        return is_target(&subject.body, &change.object).then_some(Relation::Scales);
    }
    match change.object.kind.as_str() {
        "ResourceQuota" | "LimitRange" => Some(Relation::Limits),
        "HorizontalPodAutoscaler" => scales(world, change, subject).then_some(Relation::Scales),
        "Node" => Some(Relation::Hosts),
        _ if is_read(change, subject) => Some(Relation::Reads),
        "Service" | "NetworkPolicy" | "Ingress" if routes(world, change, subject) => Some(Relation::Routes),
        _ if is_called(world, change, subject) => Some(Relation::Calls),
        _ => None,
    }
}

/// Whether the template of `subject` reads the changed key of the changed object.
fn is_read(change: &Change, subject: &Tracked) -> bool {
    let key = changed_key(change);
    references(template(&subject.body)).iter().any(|it| {
        it.kind == change.object.kind
            && it.name == change.object.name
            && (it.key.is_none() || key.is_none() || it.key == key)
    })
}

fn changed_key(change: &Change) -> Option<String> {
    let is_data = ["data", "binaryData", "stringData"].iter().any(|part| change.field.is_within(part));
    is_data.then(|| change.field.last())
}

/// A Service, a policy or an Ingress that selects, or selected, the pods of `subject`.
fn routes(world: &World, change: &Change, subject: &Tracked) -> bool {
    let labels = at(template(&subject.body), &["metadata", "labels"]);
    let current = world.objects.get(&change.object.uid).map(|it| &it.body);
    match change.object.kind.as_str() {
        "Service" => {
            let before = selector_before(change, current);
            selects(&before, labels)
                || current.is_some_and(|it| selects(at(it, &["spec", "selector"]), labels))
        }
        "NetworkPolicy" => {
            let policy = current.unwrap_or(if change.to.is_null() { &change.from } else { &change.to });
            let selector = at(policy, &["spec", "podSelector", "matchLabels"]);
            selector.as_object().is_none_or(serde_json::Map::is_empty) || selects(selector, labels)
        }
        _ => false,
    }
}

/// The selector of a Service as it was before the change.
fn selector_before(change: &Change, current: Option<&Value>) -> Value {
    if change.field.is_root() {
        return at(&change.from, &["spec", "selector"]).clone();
    }
    let mut selector = current.map_or(Value::Null, |it| at(it, &["spec", "selector"]).clone());
    if change.field.is_within("spec.selector") && change.field.as_str() != "spec.selector" {
        match (&mut selector, change.from.is_null()) {
            (Value::Object(labels), true) => {
                labels.remove(&change.field.last());
            }
            (Value::Object(labels), false) => {
                labels.insert(change.field.last(), change.from.clone());
            }
            _ => {}
        }
    }
    selector
}

fn scales(world: &World, change: &Change, subject: &Tracked) -> bool {
    let current = world.objects.get(&change.object.uid).map_or(&change.to, |it| &it.body);
    is_target(current, &subject.reference)
}

/// Whether an autoscaler scales `workload`.
fn is_target(autoscaler: &Value, workload: &ObjectRef) -> bool {
    let target = at(autoscaler, &["spec", "scaleTargetRef"]);
    text(target, &["kind"]) == workload.kind && text(target, &["name"]) == workload.name
}

/// Changes that reach a Service: the workload behind it, and policies on its pods.
fn behind_service(world: &World, change: &Change, service: &Tracked) -> Option<Relation> {
    let backing = world.backing.get(&service.reference.uid)?;
    if change.object.uid == *backing {
        return Some(Relation::Routes);
    }
    let workload = world.objects.get(backing)?;
    (change.object.kind == "NetworkPolicy" && routes(world, change, workload)).then_some(Relation::Routes)
}

/// Whether `subject` names the changed Service, or a Service in front of the changed workload, as a host.
fn is_called(world: &World, change: &Change, subject: &Tracked) -> bool {
    let hosts: Vec<&str> = if change.object.kind == "Service" {
        vec![&change.object.name]
    } else {
        let fronts = world.backing.iter().filter(|(_, workload)| **workload == change.object.uid);
        fronts
            .filter_map(|(service, _)| world.objects.get(service))
            .map(|it| it.reference.name.as_str())
            .collect()
    };
    !hosts.is_empty()
        && spoken_texts(world, subject).iter().any(|spoken| hosts.iter().any(|host| names_host(spoken, host)))
}

/// The groups of the workloads behind the Services that `subject` names as hosts, at most eight.
pub(crate) fn callees(world: &World, subject: &Tracked) -> Vec<String> {
    let texts = spoken_texts(world, subject);
    let behind = |service: &Tracked| world.objects.get(world.backing.get(&service.reference.uid)?);
    let mut groups: Vec<String> = world
        .objects
        .in_namespace("Service", &subject.reference.namespace)
        .filter(|service| texts.iter().any(|text| names_host(text, &service.reference.name)))
        .filter_map(behind)
        .filter(|workload| workload.reference.uid != subject.reference.uid)
        .map(|workload| World::group(&workload.reference))
        .collect();
    groups.sort();
    groups.dedup();
    groups.truncate(MAX_CALLEES);
    groups
}

/// Texts of a workload in which addresses stand: its environment and the `ConfigMaps` it reads.
fn spoken_texts(world: &World, subject: &Tracked) -> Vec<String> {
    let template = template(&subject.body);
    let mut texts = Vec::new();
    for container in containers(at(template, &["spec"])) {
        let variables = list(container, &["env"]).iter().map(|it| text(it, &["value"]).to_owned());
        let arguments = list(container, &["args"]).iter().chain(list(container, &["command"]));
        texts.extend(variables.chain(arguments.filter_map(Value::as_str).map(str::to_owned)));
    }
    for read in references(template).iter().filter(|it| it.kind == "ConfigMap") {
        let map = world.objects.named("ConfigMap", &subject.reference.namespace, &read.name);
        let values = map.and_then(|it| it.body.get("data")).and_then(Value::as_object);
        texts.extend(values.into_iter().flatten().filter_map(|(_, value)| value.as_str().map(str::to_owned)));
    }
    texts
}
