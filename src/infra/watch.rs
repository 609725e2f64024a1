//! Our own watch as the source of raw cluster changes, and its right to read them.

use super::{
    Target,
    routing::BROKER,
    serving::{locked_down, settings},
    source::{NAME, account, binding},
};
use chiron_cluster::{Rights, cluster_role};
use serde_json::{Value, json};

pub(super) fn source(target: &Target) -> Vec<Value> {
    let rights = Rights { watch: true, logs: true, ..Rights::default() };
    // It is our own text, so it can be read.
    let role: Value = serde_yaml_ng::from_str(&cluster_role(NAME, &rights)).unwrap_or_default();
    vec![account(target), role, binding(target), container(target)]
}

/// One pod: two would tell each change twice, which does no harm and costs twice as much.
fn container(target: &Target) -> Value {
    json!({
        "apiVersion": "sources.knative.dev/v1",
        "kind": "ContainerSource",
        "metadata": {"name": NAME, "namespace": target.namespace},
        "spec": {
            "template": {"spec": {
                "serviceAccountName": NAME,
                "containers": [{
                    "name": "chiron",
                    "image": target.image,
                    "args": ["watch"],
                    "env": [
                        {"name": "CHIRON_CLUSTER", "value": target.cluster},
                        {"name": "CHIRON_LOG_FORMAT", "value": "json"},
                    ],
                    "envFrom": settings(),
                    "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "512Mi"}},
                    "securityContext": locked_down(),
                }],
            }},
            "sink": {"ref": {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": BROKER}},
        },
    })
}
