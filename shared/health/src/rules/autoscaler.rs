//! Autoscalers that cannot compute.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{condition, text, time},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// New pods have no metrics yet.
const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "autoscaler-blind",
        kinds: &["HorizontalPodAutoscaler"],
        conditions: &["ScalingInactive"],
        about: "An autoscaler could not compute its metric for 90 s. One that is disabled because its target has no \
                replicas is healthy.",
        remedy: "Give every container of the target a request for the metric that is used, and check that the \
                 metrics API answers.",
        link: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    },
    check,
};

fn check(world: &World, autoscaler: &Tracked) -> Vec<Verdict> {
    let Some(active) = condition(&autoscaler.body, "ScalingActive") else { return Vec::new() };
    let reason = text(active, &["reason"]);
    if text(active, &["status"]) != "False" || reason == "ScalingDisabled" {
        return Vec::new();
    }
    let due = time(active, &["lastTransitionTime"]).unwrap_or(autoscaler.seen_at).plus(PATIENCE);
    if let Some(pending) = world.waits_until(due) {
        return vec![pending];
    }
    let said = text(active, &["message"]);
    let quote = format!("{}: ScalingActive is False: {reason}: {said}", autoscaler.reference.title());
    vec![Verdict::Sick(
        Symptom::new("ScalingInactive", Severity::Warning, format!("The autoscaler cannot compute: {said}"))
            .knowing("reason", reason)
            .quoting(autoscaler.observation, autoscaler.seen_at, quote),
    )]
}
