//! The source of raw cluster changes, and its right to read them; and the clock of the scrapes.

use super::{Target, routing::BROKER};
use chiron_observe::WATCHED;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NAME: &str = "chiron-source";

pub(super) fn source(target: &Target) -> Vec<Value> {
    let metadata = json!({"name": NAME, "namespace": target.namespace});
    vec![
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": NAME},
            "rules": rules(),
        }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": NAME},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": target.namespace}],
        }),
        json!({
            "apiVersion": "sources.knative.dev/v1",
            "kind": "ApiServerSource",
            "metadata": metadata,
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

/// Says every minute that it is time to read metrics; what came since the last time is read then.
pub(super) fn clock(target: &Target) -> Vec<Value> {
    vec![json!({
        "apiVersion": "sources.knative.dev/v1",
        "kind": "PingSource",
        "metadata": {"name": "chiron-scrape", "namespace": target.namespace},
        "spec": {
            "schedule": "* * * * *",
            "contentType": "application/json",
            "data": "{}",
            "ceOverrides": {"extensions": {"cluster": target.cluster}},
            "sink": {"ref": {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": BROKER}},
        },
    })]
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
