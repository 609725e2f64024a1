//! Pods that a node threw out.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::text,
    world::World,
};
use chiron_model::Severity;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "evicted",
        kinds: &["Pod"],
        conditions: &["Evicted"],
        about: "A node evicted a pod for want of a resource, and the workload has no full replacement yet. Evicted \
                pods whose workload is whole are only noted.",
    },
    check,
};

fn check(world: &World, pod: &Tracked) -> Vec<Verdict> {
    if text(&pod.body, &["status", "reason"]) != "Evicted" {
        return Vec::new();
    }
    let said = text(&pod.body, &["status", "message"]);
    let is_replaced = crate::standing::is_whole(&world.workload(pod).body);
    let severity = if is_replaced { Severity::Info } else { Severity::Warning };
    let quote = format!("Pod {}: evicted: {said}", pod.reference.name);
    let symptom = Symptom::new("Evicted", severity, format!("The node evicted the pod: {said}"))
        .quoting(pod.observation, pod.seen_at, quote);
    // The pod may be kept for days; the trouble is over with its replacement.
    vec![Verdict::Sick(if is_replaced { symptom.in_part("replaced") } else { symptom })]
}
