//! Autoscalers that hold a workload at its largest size.

use super::metric_field::{ResourceMetric, resource_metrics};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, count, list, text, time},
    world::World,
};
use chiron_model::{Mechanism, Quantity, Severity};
use serde_json::Value;
use std::time::Duration;

/// A peak of load may last this long.
const PATIENCE: Duration = Duration::from_mins(10);
/// Pods that use less than this share of what they request, in percent, do not need help.
const LOW_USE: f64 = 50.0;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "autoscaler-pinned",
        kinds: &["HorizontalPodAutoscaler"],
        conditions: &["TooManyReplicas"],
        about: "An autoscaler holds its target at the largest size for 10 minutes and would make it larger. A fault when \
                the pods use less than half of what they request: then the target of the metric is wrong. With real \
                load, and with metrics that are not a share of a request, it is only noted.",
        remedy: "Where use is low, restore the target of the metric. With real load, raise spec.maxReplicas within \
                 the quota.",
        link: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    },
    check,
};

fn check(world: &World, autoscaler: &Tracked) -> Vec<Verdict> {
    pinned(world, autoscaler).into_iter().collect()
}

fn pinned(world: &World, autoscaler: &Tracked) -> Option<Verdict> {
    let limited = condition(&autoscaler.body, "ScalingLimited")?;
    let largest = count(&autoscaler.body, &["spec", "maxReplicas"]);
    let is_pinned = text(limited, &["status"]) == "True"
        && text(limited, &["reason"]) == "TooManyReplicas"
        && count(&autoscaler.body, &["status", "currentReplicas"]) >= largest;
    if !is_pinned || is_fixed(autoscaler) {
        return None;
    }
    let since = time(limited, &["lastTransitionTime"]).unwrap_or(autoscaler.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return Some(pending);
    }
    let quote = format!("{}: ScalingLimited: TooManyReplicas since {since}", autoscaler.reference.title());
    let symptom = idle(autoscaler).unwrap_or_else(|| loaded(largest));
    Some(Verdict::Sick(symptom.quoting(autoscaler.observation, autoscaler.seen_at, quote)))
}

/// Whether there is nothing to choose from.
fn is_fixed(autoscaler: &Tracked) -> bool {
    let least = at(&autoscaler.body, &["spec", "minReplicas"]).as_u64().unwrap_or(1);
    least >= count(&autoscaler.body, &["spec", "maxReplicas"])
}

fn loaded(largest: u64) -> Symptom {
    let message = format!("The autoscaler would go beyond its maximum of {largest} replicas.");
    Symptom::new("TooManyReplicas", Severity::Info, message).knowing("maxReplicas", largest)
}

/// All metrics are shares of requests, all are low, and one of them is above its target nevertheless.
fn idle(autoscaler: &Tracked) -> Option<Symptom> {
    let metrics = resource_metrics(&autoscaler.body);
    if metrics.len() != list(&autoscaler.body, &["spec", "metrics"]).len() {
        return None;
    }
    let uses: Vec<f64> = metrics.iter().map(|it| use_of(autoscaler, it)).collect::<Option<_>>()?;
    let wanted = |it: &ResourceMetric<'_>| Quantity::of(at(it.target, &["averageUtilization"]));
    let (metric, percent) = metrics
        .iter()
        .zip(&uses)
        .find(|(metric, percent)| wanted(metric).is_some_and(|it| **percent > it.value()))?;
    if uses.iter().any(|it| *it >= LOW_USE) {
        return None;
    }
    let target = at(metric.target, &["averageUtilization"]);
    let resource = metric.resource;
    let message = format!(
        "The autoscaler holds its target at the maximum although its pods use {percent} % of the {resource} they \
         request: its target is {target} %."
    );
    let field = metric.field.key("target").key("averageUtilization");
    Some(
        Symptom::new("TooManyReplicas", Severity::Warning, message)
            .knowing("use", *percent)
            .knowing("target", target.clone())
            .blaming(Mechanism::AutoscalerTargetWrong, &autoscaler.reference, field.as_str(), target),
    )
}

/// What the pods use of what they request, in percent, as the autoscaler last saw it.
fn use_of(autoscaler: &Tracked, metric: &ResourceMetric<'_>) -> Option<f64> {
    let current: &Value = list(&autoscaler.body, &["status", "currentMetrics"]).iter().find(|it| {
        let source = at(it, &[metric.place]);
        text(source, &["name"]) == metric.resource && text(source, &["container"]) == metric.container
    })?;
    Some(Quantity::of(at(current, &[metric.place, "current", "averageUtilization"]))?.value())
}
