//! Services that send to a port that their pods do not have, seen at one look.

use super::fault::{item_path, still_written};
use crate::{
    rules::{Rule, RuleDoc, is_over, service_port},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, containers, list, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "service-target",
        kinds: &["Service"],
        conditions: &["PortMismatch"],
        about: "The target port of a Service is a name that no container of its pods has. Where only one moment is \
                looked at, also a number that none of them declares or mentions while they declare a port to which no \
                Service sends. What was changed before our eyes is told by service-port.",
        remedy: "Set targetPort to the port that the containers listen on.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    },
    check,
};

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    let pods: Vec<&Tracked> = world.pods_behind(service).filter(|pod| !is_over(pod)).take(64).collect();
    if pods.is_empty() || !(service_port::RULE.check)(world, service).is_empty() {
        return Vec::new();
    }
    let declared: Vec<&Value> = pods
        .iter()
        .flat_map(|pod| containers(at(&pod.body, &["spec"])))
        .flat_map(|container| list(container, &["ports"]))
        .collect();
    let ports = list(&service.body, &["spec", "ports"]);
    let wrong = ports.iter().enumerate().filter(|(_, port)| match at(port, &["targetPort"]) {
        Value::String(name) => !is_named(name, port, &declared),
        Value::Number(number) if world.is_one_look => {
            number.as_u64().is_some_and(|number| is_slip(world, service, &pods, (number, &declared)))
        }
        Value::Number(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    });
    wrong
        .map(|(index, _)| {
            still_written(world, service)
                .unwrap_or_else(|| Verdict::Sick(describe(service, index, &declared)))
        })
        .collect()
}

/// A name is looked up among the ports of the same protocol; a number in quotation marks is no name.
fn is_named(name: &str, port: &Value, declared: &[&Value]) -> bool {
    let protocol = |it: &Value| match text(it, &["protocol"]) {
        "" => "TCP".to_owned(),
        named => named.to_owned(),
    };
    name.is_empty()
        || name.parse::<u16>().is_ok()
        || declared.iter().any(|it| text(it, &["name"]) == name && protocol(it) == protocol(port))
}

/// Whether a number that is not declared is a slip: nothing in the pods speaks of it, and a port that they do declare
/// gets nothing.
fn is_slip(
    world: &World,
    service: &Tracked,
    pods: &[&Tracked],
    (number, declared): (u64, &[&Value]),
) -> bool {
    let is_declared = declared.iter().any(|it| at(it, &["containerPort"]).as_u64() == Some(number));
    let is_mentioned = || {
        let texts = pods.first().map(|pod| [&pod.body, world.template_of(pod)]);
        texts.into_iter().flatten().any(|it| mentions(at(it, &["spec"]), &number.to_string()))
    };
    !declared.is_empty()
        && !is_declared
        && declared.iter().any(|it| !is_targeted(world, service, it))
        && !is_mentioned()
}

/// Whether some Service of the namespace sends to that port of the containers.
fn is_targeted(world: &World, service: &Tracked, declared: &Value) -> bool {
    let ports = world
        .objects
        .in_namespace("Service", &service.reference.namespace)
        .flat_map(|it| list(&it.body, &["spec", "ports"]));
    let mut targets = ports.map(|port| match at(port, &["targetPort"]) {
        Value::Null => at(port, &["port"]),
        target @ (Value::Number(_)
        | Value::String(_)
        | Value::Bool(_)
        | Value::Array(_)
        | Value::Object(_)) => target,
    });
    let (number, name) = (at(declared, &["containerPort"]), at(declared, &["name"]));
    // Metrics are collected from the pods themselves.
    text(declared, &["name"]).contains("metrics")
        || targets.any(|target| target == number || (target.is_string() && target == name))
}

/// Whether the environment, the arguments or the probes of a pod contain that number.
fn mentions(pod_spec: &Value, number: &str) -> bool {
    containers(pod_spec).any(|container| {
        let parts = ["args", "command", "env", "livenessProbe", "readinessProbe", "startupProbe"];
        parts.iter().any(|part| holds(at(container, &[part]), number))
    })
}

fn holds(value: &Value, number: &str) -> bool {
    match value {
        Value::String(text) => text.split(|c: char| !c.is_ascii_digit()).any(|run| run == number),
        Value::Number(it) => it.to_string() == number,
        Value::Array(items) => items.iter().any(|item| holds(item, number)),
        Value::Object(fields) => fields.values().any(|field| holds(field, number)),
        Value::Null | Value::Bool(_) => false,
    }
}

fn describe(service: &Tracked, index: usize, declared: &[&Value]) -> Symptom {
    let ports = list(&service.body, &["spec", "ports"]);
    let place = item_path(&FieldPath::from("spec.ports"), ports, index);
    let field = place.key("targetPort");
    let target = ports.get(index).map_or(&Value::Null, |port| at(port, &["targetPort"]));
    let mut shown: Vec<String> = declared
        .iter()
        .map(|it| {
            let name = text(it, &["name"]);
            format!("{}{}{name}", at(it, &["containerPort"]), if name.is_empty() { "" } else { " " })
        })
        .collect();
    shown.sort_unstable();
    shown.dedup();
    shown.truncate(16);
    let (severity, shown) = (severity(target), shown.join(", "));
    let message = format!("Target port {target} is declared by no container; the pods declare: {shown}.");
    let quote = format!("{}: {field} is {target}; the pods declare: {shown}", service.reference.title());
    Symptom::new("PortMismatch", severity, message)
        .in_part(&place.last())
        .knowing("targetPort", target.to_string())
        .quoting(service.observation, service.seen_at, quote)
        .blaming(Mechanism::ServicePortMismatch, &service.reference, field.as_str(), target)
}

/// A name that is not there leads nowhere; a number that is not declared may still be listened on.
fn severity(target: &Value) -> Severity {
    if target.is_string() { Severity::Critical } else { Severity::Warning }
}
