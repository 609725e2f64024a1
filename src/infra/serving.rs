//! The Services that functions run in, and their rights.

use super::{GROUPS, Group, Target, routing::BROKER};
use chiron_runtime::Descriptor;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A ConfigMap and a Secret with the settings of AWS and of the redaction; see README.
const SETTINGS: &str = "chiron-settings";

pub(super) fn services(target: &Target, functions: &[Descriptor]) -> Vec<Value> {
    GROUPS
        .iter()
        .flat_map(|group| [account(target, group, functions), service(target, group), binding(target, group)])
        .collect()
}

/// No role is bound to it: no function reads or writes the cluster itself.
fn account(target: &Target, group: &Group, functions: &[Descriptor]) -> Value {
    let members = functions.iter().filter(|it| group.functions.contains(&it.about.name));
    let needed: BTreeSet<&str> = members.flat_map(Descriptor::permissions).collect();
    json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": group.name,
            "namespace": target.namespace,
            "annotations": {
                "chiron.dev/aws-permissions": needed.into_iter().collect::<Vec<_>>().join("; "),
            },
        },
        "automountServiceAccountToken": false,
    })
}

fn service(target: &Target, group: &Group) -> Value {
    let probe = |path: &str| json!({"httpGet": {"path": path}});
    json!({
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": group.name,
            "namespace": target.namespace,
            // Only the broker calls it.
            "labels": {"networking.knative.dev/visibility": "cluster-local"},
        },
        "spec": {"template": {
            "metadata": {"annotations": {"autoscaling.knative.dev/min-scale": group.min_scale.to_string()}},
            "spec": {
                "serviceAccountName": group.name,
                "containerConcurrency": group.concurrency,
                "containers": [{
                    "name": "chiron",
                    "image": target.image,
                    "args": ["function", "serve", group.functions.join(",")],
                    "env": [
                        {"name": "CHIRON_CLUSTER", "value": target.cluster},
                        {"name": "CHIRON_LOG_FORMAT", "value": "json"},
                    ],
                    "envFrom": settings(),
                    "readinessProbe": probe("/readyz"),
                    "livenessProbe": probe("/healthz"),
                    "resources": {"requests": {"cpu": "50m", "memory": "32Mi"}, "limits": {"memory": "512Mi"}},
                    "securityContext": locked_down(),
                }],
            },
        }},
    })
}

/// Where the settings of AWS and of the redaction come from.
pub(super) fn settings() -> Value {
    json!([
        {"configMapRef": {"name": SETTINGS}},
        {"secretRef": {"name": SETTINGS, "optional": true}},
    ])
}

/// No container of ours needs any right on its node.
pub(super) fn locked_down() -> Value {
    json!({
        "allowPrivilegeEscalation": false,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": true,
        "runAsNonRoot": true,
        "seccompProfile": {"type": "RuntimeDefault"},
    })
}

/// Gives the Service its `K_SINK`.
fn binding(target: &Target, group: &Group) -> Value {
    json!({
        "apiVersion": "sources.knative.dev/v1",
        "kind": "SinkBinding",
        "metadata": {"name": group.name, "namespace": target.namespace},
        "spec": {
            "subject": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": group.name},
            "sink": {"ref": {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": BROKER}},
        },
    })
}
