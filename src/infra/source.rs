//! Knative's own source of raw cluster changes, and its right to read them.

use super::{Target, routing::BROKER};
use chiron_observe::WATCHED;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) const NAME: &str = "chiron-source";

pub(super) fn source(target: &Target) -> Vec<Value> {
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": NAME},
        "rules": rules(),
    });
    vec![
        account(target),
        role,
        binding(target),
        json!({
            "apiVersion": "sources.knative.dev/v1",
            "kind": "ApiServerSource",
            "metadata": {"name": NAME, "namespace": target.namespace},
            "spec": {
                "mode": "Resource",
                "serviceAccountName": NAME,
                // One watch for all namespaces. Any other selector restarts the adapter whenever a namespace is made,
                // and what happens meanwhile is lost.
                "namespaceSelector": {},
                // Events do not say which cluster they come from: `source` is the same address in all of them.
                "ceOverrides": {"extensions": {"cluster": target.cluster}},
                "resources": WATCHED
                    .iter()
                    .map(|it| json!({"apiVersion": it.api_version, "kind": it.kind}))
                    .collect::<Vec<_>>(),
                "sink": {"ref": {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": BROKER}},
            },
        }),
    ]
}

pub(super) fn account(target: &Target) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": NAME, "namespace": target.namespace}})
}

pub(super) fn binding(target: &Target) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": NAME},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": NAME},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": target.namespace}],
    })
}

/// Reading only, one rule for each API group.
fn rules() -> Vec<Value> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for watched in WATCHED {
        groups.entry(watched.group()).or_default().push(watched.plural);
    }
    groups
        .into_iter()
        .map(|(group, plurals)| json!({"apiGroups": [group], "resources": plurals, "verbs": ["get", "list", "watch"]}))
        .collect()
}
