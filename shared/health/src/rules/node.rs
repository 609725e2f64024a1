//! Nodes that are not well, or closed.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text},
    world::World,
};
use chiron_model::{Mechanism, Severity};

const PRESSURES: &[&str] = &["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

pub(crate) const READY: Rule = Rule {
    doc: RuleDoc {
        name: "node-health",
        kinds: &["Node"],
        conditions: &["NotReady", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"],
        about: "A node is not ready, or is short of a resource. Conditions that Kubernetes does not define are not \
                reported, whatever their status.",
        remedy: "Look at the kubelet and the runtime of the node, its disk and its memory. Drain it only when the \
                 pods fit elsewhere.",
        link: "https://kubernetes.io/docs/tasks/debug/debug-cluster/",
    },
    check,
};

pub(crate) const CORDONED: Rule = Rule {
    doc: RuleDoc {
        name: "node-cordoned",
        kinds: &["Node"],
        conditions: &["NodeCordoned"],
        about: "A node is closed to new pods. Worth knowing, not a fault by itself.",
        remedy: "Ask who is at work on the node; uncordon it (kubectl uncordon) when the maintenance is over.",
        link: "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/",
    },
    check: cordoned,
};

fn check(_: &World, node: &Tracked) -> Vec<Verdict> {
    let mut found = Vec::new();
    if let Some(ready) = condition(&node.body, "Ready").filter(|it| text(it, &["status"]) != "True") {
        let symptom = symptom(node, "NotReady", Severity::Critical, text(ready, &["message"]));
        let field = "status.conditions[Ready].status";
        found.push(Verdict::Sick(symptom.blaming(
            Mechanism::NodeNotReady,
            &node.reference,
            field,
            at(ready, &["status"]),
        )));
    }
    for pressure in PRESSURES {
        if let Some(it) = condition(&node.body, pressure).filter(|it| text(it, &["status"]) == "True") {
            let symptom = symptom(node, pressure, Severity::Warning, text(it, &["message"]));
            found.push(Verdict::Sick(symptom));
        }
    }
    found
}

fn symptom(node: &Tracked, name: &str, severity: Severity, said: &str) -> Symptom {
    let quote = format!("{}: {name}: {said}", node.reference.title());
    let symptom = Symptom::new(name, severity, format!("The node reports {name}: {said}"));
    symptom.in_part(name).quoting(node.observation, node.seen_at, quote)
}

fn cordoned(_: &World, node: &Tracked) -> Vec<Verdict> {
    if at(&node.body, &["spec", "unschedulable"]).as_bool() != Some(true) {
        return Vec::new();
    }
    let quote = format!("{}: spec.unschedulable is true", node.reference.title());
    let symptom = Symptom::new("NodeCordoned", Severity::Info, "The node takes no new pods.".to_owned());
    vec![Verdict::Sick(symptom.quoting(node.observation, node.seen_at, quote))]
}
