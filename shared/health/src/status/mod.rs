//! The health of one object, judged from the object alone: its spec, its status and its metadata.
//!
//! Built-in kinds are read by what their controllers promise, well-known custom resources by the rows of the
//! catalogue, and every other custom resource by the conventions that most controllers follow.

mod autoscaling;
mod catalogue;
mod cluster;
mod conditions;
mod general;
mod group;
mod health;
mod jobs;
mod network;
mod pods;
mod reason;
mod silent;
mod step;
mod words;
mod workloads;

use serde_json::Value;

use crate::view;

pub use health::{Health, ObjectHealth};

/// Says how an object fares, for the health table of `analyze`.
///
/// `None` where the kind has no notion of health: `ConfigMap`, `Secret`, `Role` and the like. An object of
/// Kubernetes itself that is being deleted is progressing; others say themselves how far that is. Sources: Argo CD's and `kubectl`'s (kstatus) reading of objects.
#[must_use]
pub fn health_of(object: &Value) -> Option<ObjectHealth> {
    let group = group::of(object);
    let kind = view::text(object, &["kind"]);
    if kind.is_empty() {
        return None;
    }
    if group::is_built_in(group) {
        if view::is_terminating(object) {
            return Some(Health::Progressing.because("being deleted"));
        }
        return built_in(group, kind, object);
    }
    match catalogue::steps_for(group, kind) {
        Some(steps) => step::first(steps, object).or_else(|| Some(general::read(object))),
        None if silent::is_silent(group, kind) && general::is_without_status(object) => None,
        None => Some(general::read(object)),
    }
}

fn built_in(group: &str, kind: &str, object: &Value) -> Option<ObjectHealth> {
    let health = match (group, kind) {
        ("", "Pod") => pods::pod(object),
        ("", "Service") => network::service(object),
        ("", "Node") => cluster::node(object),
        ("", "ReplicationController") | ("apps" | "extensions", "ReplicaSet") => {
            workloads::replica_set(object)
        }
        ("apps" | "extensions", "Deployment") => workloads::deployment(object),
        ("apps", "StatefulSet") => workloads::stateful_set(object),
        ("apps" | "extensions", "DaemonSet") => workloads::daemon_set(object),
        ("batch", "Job") => jobs::job(object),
        ("batch", "CronJob") => jobs::cron_job(object),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaling::pod_autoscaler(object),
        ("networking.k8s.io" | "extensions", "Ingress") => network::ingress(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => cluster::definition(object),
        ("policy", "PodDisruptionBudget") => cluster::disruption_budget(object),
        _ => step::first(catalogue::steps_for(group, kind)?, object)?,
    };
    Some(health)
}
