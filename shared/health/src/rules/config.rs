//! Containers whose configuration is not there.

use super::{Rule, RuleDoc, is_over, severity};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{statuses, text},
    world::World,
};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "container-config",
        kinds: &["Pod"],
        conditions: &["CreateContainerConfigError"],
        about: "A container cannot be made because a ConfigMap, a Secret or a key that it names is not there.",
        remedy: "Restore the ConfigMap, the Secret or the key that is named, or roll back the workload that began \
                 to ask for it.",
        link: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if is_over(pod) {
        return Vec::new();
    }
    statuses(&pod.body).filter_map(|status| unconfigured(world, pod, status)).map(Verdict::Sick).collect()
}

fn unconfigured(world: &World, pod: &Tracked, status: &Value) -> Option<Symptom> {
    let reason = text(status, &["state", "waiting", "reason"]);
    if reason != "CreateContainerConfigError" {
        return None;
    }
    let name = text(status, &["name"]);
    let said = text(status, &["state", "waiting", "message"]);
    let quote = format!("Pod {}: container {name} waits: {reason}: {said}", pod.reference.name);
    Some(
        Symptom::new(reason, severity(world, pod), format!("Container {name} cannot be configured: {said}."))
            .in_container(name)
            .knowing("said", said)
            .quoting(pod.observation, pod.seen_at, quote),
    )
}
