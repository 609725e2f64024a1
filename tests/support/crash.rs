//! Stored observations of a pod that was killed for want of memory, as `observe` tells of them.

use chiron_model::Id;
use serde_json::{Value, json};

const AT: &str = "2026-11-21T04:30:05Z";

/// The event `id`: such a pod in a namespace of cluster `lab`. It leads to findings.
pub(crate) fn crash(id: &str, namespace: &str) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "/functions/observe",
        "type": "dev.chiron.observations.recorded.v1",
        "time": AT,
        "datacontenttype": "application/json",
        "cluster": "lab",
        "data": {
            "cluster": "lab",
            "namespace": namespace,
            "earliest": AT,
            "latest": AT,
            "section": {"key": "raw/not-needed", "offset": 0, "length": 0, "sha256": "", "count": 1},
            "observations": [observation(id, namespace)],
        },
    })
}

fn observation(id: &str, namespace: &str) -> Value {
    let uid = Id::derive(&["pod", namespace]);
    json!({
        "id": Id::derive(&[id, namespace]),
        "operation": "update",
        "at": AT,
        "object": {
            "cluster": "lab",
            "apiVersion": "v1",
            "kind": "Pod",
            "namespace": namespace,
            "name": "web-1",
            "uid": uid,
        },
        "version": 7,
        "category": "workload",
        "body": pod(namespace, uid),
    })
}

fn pod(namespace: &str, uid: Id) -> Value {
    let killed = json!({"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": AT}});
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": namespace, "uid": uid},
        "spec": {"containers": [{"name": "web", "resources": {"limits": {"memory": "24Mi"}}}]},
        "status": {"containerStatuses": [
            {"name": "web", "restartCount": 1, "ready": false, "state": killed, "lastState": killed},
        ]},
    })
}
