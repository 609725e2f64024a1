//! Workloads that name an account, a priority or a pull secret that does not exist.

use crate::{
    rules::{Rule, RuleDoc},
    standing::{is_whole, standing},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, count, has_condition, is_terminating, list, statuses, template, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity};
use serde_json::Value;
use std::time::Duration;

/// What is applied together appears one after the other.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "missing-reference",
        kinds: &["Deployment", "StatefulSet", "DaemonSet", "Job"],
        conditions: &["ServiceAccountNotFound", "PriorityClassNotFound", "ImagePullSecretNotFound"],
        about: "A workload lacks pods, and the service account or the priority class that it names does not exist; or \
                its pods cannot pull their images, and the pull secret does not exist. Workloads that are whole, and \
                kinds that were not read, are not reported.",
        remedy: "Create what is named, or name one that exists.",
        link: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
    },
    check,
};

/// A reference of a pod template.
struct Named<'a> {
    condition: &'static str,
    mechanism: Mechanism,
    kind: &'static str,
    name: &'a str,
    field: String,
}

fn check(world: &World, workload: &Tracked) -> Vec<Verdict> {
    if !lacks_pods(workload) {
        return Vec::new();
    }
    let missing: Vec<Named<'_>> = named(workload)
        .into_iter()
        .filter(|it| {
            let namespace = if it.kind == "PriorityClass" { "" } else { &workload.reference.namespace };
            world.is_missing(it.kind, namespace, it.name)
                && (it.kind != "Secret" || cannot_pull(world, workload))
        })
        .collect();
    let made = time(&workload.body, &["metadata", "creationTimestamp"]).unwrap_or(workload.seen_at);
    match world.waits_until(made.plus(PATIENCE)) {
        Some(pending) if !missing.is_empty() => vec![pending],
        _ => missing.iter().map(|it| Verdict::Sick(describe(world, workload, it))).collect(),
    }
}

fn lacks_pods(workload: &Tracked) -> bool {
    let body = &workload.body;
    if let Some(it) = standing(body) {
        return it.desired > 0 && !is_whole(body);
    }
    let is_ended = ["Complete", "Failed"].iter().any(|it| has_condition(body, it, "True"));
    !is_ended && at(body, &["spec", "suspend"]) != true && count(body, &["status", "ready"]) == 0
}

fn named(workload: &Tracked) -> Vec<Named<'_>> {
    let spec = at(template(&workload.body), &["spec"]);
    let mut all = vec![
        Named {
            condition: "ServiceAccountNotFound",
            mechanism: Mechanism::ServiceAccountMissing,
            kind: "ServiceAccount",
            name: text(spec, &["serviceAccountName"]),
            field: "spec.template.spec.serviceAccountName".to_owned(),
        },
        Named {
            condition: "PriorityClassNotFound",
            mechanism: Mechanism::AdmissionDenied,
            kind: "PriorityClass",
            name: text(spec, &["priorityClassName"]),
            field: "spec.template.spec.priorityClassName".to_owned(),
        },
    ];
    let secrets = list(spec, &["imagePullSecrets"]).iter().map(|it| text(it, &["name"])).take(16);
    all.extend(secrets.map(|name| Named {
        condition: "ImagePullSecretNotFound",
        mechanism: Mechanism::RegistryAccessDenied,
        kind: "Secret",
        name,
        field: format!("spec.template.spec.imagePullSecrets[{name}]"),
    }));
    all
}

fn cannot_pull(world: &World, workload: &Tracked) -> bool {
    let waits = |status: &Value| {
        matches!(text(status, &["state", "waiting", "reason"]), "ErrImagePull" | "ImagePullBackOff")
    };
    let pods = world.pods_of(workload);
    pods.iter().any(|pod| !is_terminating(&pod.body) && statuses(&pod.body).any(waits))
}

fn describe(world: &World, workload: &Tracked, it: &Named<'_>) -> Symptom {
    let is_job = workload.reference.kind == "Job";
    let severity = if is_job || world.is_serving(workload) { Severity::Warning } else { Severity::Critical };
    let message = format!("The {} {} that the pods need does not exist.", it.kind, it.name);
    let quote = format!("{}: {} names {}", workload.reference.title(), it.field, it.name);
    let value = if it.kind == "Secret" { serde_json::json!({"name": it.name}) } else { it.name.into() };
    Symptom::new(it.condition, severity, message)
        .in_part(&format!("{}/{}", it.kind, it.name))
        .knowing("missing", format!("{}/{}", it.kind, it.name))
        .quoting(workload.observation, workload.seen_at, quote)
        .blaming(it.mechanism, &workload.reference, &it.field, &value)
}
