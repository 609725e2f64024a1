//! Custom resources whose controller says that they are broken, or were stopped.

use super::{
    certificate,
    failing::{failing, reason},
};
use crate::{
    rules::{Rule, RuleDoc},
    status::{Health, health_of},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, time},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity, Timestamp, is_kubernetes_group};
use serde_json::Value;
use std::time::Duration;

/// Controllers try again, and mostly succeed.
const PATIENCE: Duration = Duration::from_mins(2);
/// Specifications that are longer, in bytes of JSON, are not repeated.
const MAX_SPEC: usize = 2048;
/// Groups that belong to Kubernetes although it does not serve them itself, or no longer.
const BESIDE: &[&str] = &[
    "auditregistration.k8s.io",
    "custom.metrics.k8s.io",
    "external.metrics.k8s.io",
    "metrics.k8s.io",
    "settings.k8s.io",
];
/// Groups that have rules of their own, and files for programs that are no objects of a cluster.
const ELSEWHERE: &[&str] = &[
    "gateway.networking.k8s.io",
    "networking.istio.io",
    "security.istio.io",
    "audit.k8s.io",
    "helm.sh",
    "kubeadm.k8s.io",
];
/// Groups of configuration files end so.
const FILES: &str = ".config.k8s.io";
/// Where tools that deliver name the source that they read.
const SOURCES: &[&str] = &["spec.sourceRef.name", "spec.chart.spec.sourceRef.name"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "custom-resource",
        kinds: &["*"],
        conditions: &[
            "Degraded",
            "Suspended",
            "ArtifactFailed",
            "BuildFailed",
            "Failed",
            "HealthCheckFailed",
            "InstallFailed",
            "ReconciliationFailed",
            "UpgradeFailed",
        ],
        about: "The controller of a custom resource has said for 2 minutes that it is broken; the condition is the \
                controller's own reason, also one that is not listed here, or Degraded where it gives none. One that was \
                stopped on purpose is only noted. Nothing is said of an object whose owner is well: it was replaced, or \
                is tried again. Kinds of Kubernetes itself, of the Gateway API and of Istio have rules of their own.",
        remedy: "Read what the controller says, and its log; correct the spec of the object or what it refers to.",
        link: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",
    },
    check,
};

fn check(world: &World, object: &Tracked) -> Vec<Verdict> {
    let group = object.reference.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let Some(found) = Some(&object.body).filter(|_| is_custom(group)).and_then(health_of) else {
        return Vec::new();
    };
    match found.health {
        Health::Degraded if is_left_behind(world, object) || certificate::is_told(world, object) => {
            Vec::new()
        }
        Health::Degraded => vec![degraded(world, object, &found.message)],
        Health::Suspended => vec![suspended(object, &found.message)],
        Health::Healthy | Health::Progressing | Health::Unknown => Vec::new(),
    }
}

/// Whether a group is of kinds that were added to Kubernetes and have no rules of their own.
fn is_custom(group: &str) -> bool {
    group.contains('.')
        && !is_kubernetes_group(group)
        && !BESIDE.contains(&group)
        && !ELSEWHERE.contains(&group)
        && !group.ends_with(FILES)
}

/// Whether its controller is well without it: a former revision, a run that was tried again.
fn is_left_behind(world: &World, object: &Tracked) -> bool {
    let owner = object.owner().and_then(|owner| world.objects.get(owner.uid));
    owner.and_then(|it| health_of(&it.body)).is_some_and(|it| it.health == Health::Healthy)
}

fn degraded(world: &World, object: &Tracked, said: &str) -> Verdict {
    let failing = failing(&object.body, said);
    if let Some(pending) = world.waits_until(since(object, failing).plus(PATIENCE)) {
        return pending;
    }
    let condition = failing.and_then(reason).unwrap_or("Degraded");
    let message = format!("The controller of {} says: {said}", object.reference.title());
    let quote = format!("{}: {condition}: {said}", object.reference.title());
    let symptom = Symptom::new(condition, Severity::Warning, message)
        .in_part(condition)
        .knowing("said", said)
        .quoting(object.observation, object.seen_at, quote);
    Verdict::Sick(blaming(object, symptom, said))
}

/// Since when it is broken: the failing condition's own time, or else that of the newest one.
fn since(object: &Tracked, failing: Option<&Value>) -> Timestamp {
    let turned = |it: &Value| time(it, &["lastTransitionTime"]);
    failing
        .and_then(turned)
        .or_else(|| list(&object.body, &["status", "conditions"]).iter().filter_map(turned).max())
        .or_else(|| time(&object.body, &["metadata", "creationTimestamp"]))
        .unwrap_or(object.seen_at)
}

fn blaming(object: &Tracked, symptom: Symptom, said: &str) -> Symptom {
    if says_source_is_missing(said)
        && let Some((field, value)) = source(&object.body)
    {
        return symptom.blaming(Mechanism::ControllerReportsFailure, &object.reference, field, value);
    }
    let spec = at(&object.body, &["spec"]);
    if spec.is_null() {
        return symptom;
    }
    let shown = if spec.to_string().len() > MAX_SPEC { &Value::Null } else { spec };
    symptom.blaming(Mechanism::ControllerReportsFailure, &object.reference, "spec", shown)
}

fn says_source_is_missing(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    said.contains("source") && ["not found", "does not exist", "missing"].iter().any(|it| said.contains(it))
}

fn source(body: &Value) -> Option<(&'static str, &Value)> {
    SOURCES.iter().find_map(|path| {
        let value = FieldPath::from(*path).get(body).filter(|it| it.is_string())?;
        Some((*path, value))
    })
}

fn suspended(object: &Tracked, said: &str) -> Verdict {
    let message = format!("{} was stopped: {said}", object.reference.title());
    let quote = format!("{}: {said}", object.reference.title());
    Verdict::Sick(Symptom::new("Suspended", Severity::Info, message).in_part("Suspended").quoting(
        object.observation,
        object.seen_at,
        quote,
    ))
}
