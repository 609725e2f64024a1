//! Autoscalers that lack a request, or the metrics themselves.

use super::metric_field::{ResourceMetric, resource_metrics};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, has_condition, list, template, text, time},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;
use std::time::Duration;

/// New pods have no metrics yet.
const PATIENCE: Duration = Duration::from_secs(90);
/// The same for who looks once, and a request that is known to be missing.
const ONE_LOOK: Duration = Duration::from_secs(5);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "autoscaler-request",
        kinds: &["HorizontalPodAutoscaler"],
        conditions: &["FailedGetResourceMetric"],
        about: "An autoscaler could not compute its metric for 90 s, and this is why: a container of its target has no \
                request for the resource, or the API that serves the metrics is not available. Requests that the \
                cluster gives to the pods by default count.",
        remedy: "Give the container that is named a request, from what it was seen to use. Where the API is not \
                 available, repair the metrics server; the autoscaler is well.",
        link: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    },
    check,
};

fn check(world: &World, autoscaler: &Tracked) -> Vec<Verdict> {
    blind(world, autoscaler).into_iter().collect()
}

fn blind(world: &World, autoscaler: &Tracked) -> Option<Verdict> {
    let active =
        condition(&autoscaler.body, "ScalingActive").filter(|it| text(it, &["status"]) == "False")?;
    let reason = text(active, &["reason"]);
    if !matches!(reason, "FailedGetResourceMetric" | "FailedGetContainerResourceMetric") {
        return None;
    }
    let said = text(active, &["message"]);
    let symptom = metrics_api(world, said).or_else(|| request(world, autoscaler))?;
    // Metrics of new pods come with time, a request that is missing does not.
    let patience = if world.is_one_look && said.contains("missing request") { ONE_LOOK } else { PATIENCE };
    let due = time(active, &["lastTransitionTime"]).unwrap_or(autoscaler.seen_at).plus(patience);
    if let Some(pending) = world.waits_until(due) {
        return Some(pending);
    }
    let quote = format!("{}: ScalingActive is False: {reason}: {said}", autoscaler.reference.title());
    Some(Verdict::Sick(symptom.quoting(autoscaler.observation, autoscaler.seen_at, quote)))
}

/// The API that serves the metrics of pods, when it is not available.
fn metrics_api(world: &World, said: &str) -> Option<Symptom> {
    let api = world.objects.of_kind("APIService").find(|it| {
        text(&it.body, &["spec", "group"]) == "metrics.k8s.io"
            && has_condition(&it.body, "Available", "False")
    })?;
    if said.contains("missing request") {
        return None;
    }
    let message = "The metrics of pods cannot be read: their API is not available.".to_owned();
    let quote = format!("{}: Available is False", api.reference.title());
    let field = "status.conditions[Available].status";
    Some(
        Symptom::new("FailedGetResourceMetric", Severity::Warning, message)
            .in_part("api")
            .quoting(api.observation, api.seen_at, quote)
            .blaming(Mechanism::DependencyUnavailable, &api.reference, field, &"False".into()),
    )
}

fn request(world: &World, autoscaler: &Tracked) -> Option<Symptom> {
    let target = target(world, autoscaler)?;
    let metrics = resource_metrics(&autoscaler.body);
    let (metric, name) = metrics
        .iter()
        .filter(|it| text(it.target, &["type"]) == "Utilization")
        .find_map(|it| Some((it, without_request(world, target, it)?)))?;
    let resource = metric.resource;
    let message = format!(
        "Container {name} of {} has no request for {resource}, so its use cannot be compared with anything.",
        target.reference.title()
    );
    let field = FieldPath::from("spec.template.spec.containers").item(name).key("resources").key("requests");
    let quote = format!("{}: container {name} has no request for {resource}", target.reference.title());
    Some(
        Symptom::new("FailedGetResourceMetric", Severity::Warning, message)
            .in_part(name)
            .knowing("resource", resource)
            .quoting(target.observation, target.seen_at, quote)
            .blaming(
                Mechanism::AutoscalerCannotCompute,
                &target.reference,
                field.key(resource).as_str(),
                &Value::Null,
            ),
    )
}

/// What an autoscaler scales.
fn target<'a>(world: &'a World, autoscaler: &Tracked) -> Option<&'a Tracked> {
    let target = at(&autoscaler.body, &["spec", "scaleTargetRef"]);
    world.objects.named(text(target, &["kind"]), &autoscaler.reference.namespace, text(target, &["name"]))
}

/// The first measured container that has no request, neither of its own nor by default.
fn without_request<'a>(
    world: &'a World,
    target: &'a Tracked,
    metric: &ResourceMetric<'_>,
) -> Option<&'a str> {
    let containers = list(template(&target.body), &["spec", "containers"]);
    let pods = world.pods_of(target);
    let mut names = containers
        .iter()
        .filter(|it| !has_request(it, metric.resource))
        .map(|it| text(it, &["name"]))
        .filter(|name| metric.container.is_empty() || metric.container == *name);
    names.find(|name| {
        let by_default = |pod: &&Tracked| {
            let own = list(&pod.body, &["spec", "containers"]).iter().find(|it| text(it, &["name"]) == *name);
            own.is_some_and(|it| has_request(it, metric.resource))
        };
        pods.is_empty() || !pods.iter().all(by_default)
    })
}

/// A limit without a request is a request too.
fn has_request(container: &Value, resource: &str) -> bool {
    ["requests", "limits"].iter().any(|it| !at(container, &["resources", it, resource]).is_null())
}
