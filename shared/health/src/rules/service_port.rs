//! Services that send traffic to a port where nobody listens.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, containers, list, text},
    world::World,
};
use chiron_model::Severity;
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "service-port",
        kinds: &["Service"],
        conditions: &["PortMismatch"],
        about: "A target port was changed to a name that no container of the selected pods has, or to a number that none \
                of them declares although they declare others. Pods that declare no ports, and ports that were \
                never declared, are not reported.",
        remedy: "Restore the targetPort, or the port that the containers listen on.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    },
    check,
};

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    let Some(pod) = world.pods_behind(service).next() else { return Vec::new() };
    let declared: Vec<&Value> =
        containers(at(&pod.body, &["spec"])).flat_map(|it| list(it, &["ports"])).collect();
    if declared.is_empty() {
        return Vec::new();
    }
    list(&service.body, &["spec", "ports"])
        .iter()
        .filter(|port| !is_declared(target(port), &declared))
        .filter(|port| was_changed(world, service, port))
        .map(|port| Verdict::Sick(describe(service, pod, port, &declared)))
        .collect()
}

fn target(port: &Value) -> &Value {
    let target = at(port, &["targetPort"]);
    if target.is_null() { at(port, &["port"]) } else { target }
}

fn is_declared(target: &Value, declared: &[&Value]) -> bool {
    declared.iter().any(|it| at(it, &["containerPort"]) == target || at(it, &["name"]) == target)
}

/// Only a change tells a mistake from a port that nobody cared to declare.
fn was_changed(world: &World, service: &Tracked, port: &Value) -> bool {
    let target = target(port);
    world.changes.iter().any(|change| {
        let field = change.field.as_str();
        (change.object.uid == service.reference.uid && field.ends_with(".targetPort") && change.to == *target)
            || (field.contains(".ports") && declared_before(&change.from, target))
    })
}

/// Whether the former value of a port of a container, or of all its ports, declares the target.
fn declared_before(from: &Value, target: &Value) -> bool {
    match from {
        Value::Array(ports) => ports.iter().any(|it| declared_before(it, target)),
        Value::Object(_) => is_declared(target, &[from]),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => from == target,
    }
}

fn describe(service: &Tracked, pod: &Tracked, port: &Value, declared: &[&Value]) -> Symptom {
    let target = target(port).to_string();
    let ports: Vec<String> = declared.iter().map(|it| at(it, &["containerPort"]).to_string()).collect();
    let message =
        format!("Target port {target} is declared by no container; the pods declare {}.", ports.join(", "));
    let quote = format!(
        "Service {}: target port {target}; pod {} declares {}",
        service.reference.name,
        pod.reference.name,
        ports.join(", ")
    );
    let name = text(port, &["name"]);
    let name = if name.is_empty() { at(port, &["port"]).to_string() } else { name.to_owned() };
    Symptom::new("PortMismatch", Severity::Critical, message)
        .in_part(&name)
        .knowing("targetPort", target)
        .quoting(service.observation, service.seen_at, quote)
}
