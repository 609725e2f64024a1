//! How far a workload is from its intent.

use crate::view::{at, count, text};
use chiron_model::Standing;
use serde_json::Value;

/// How a workload stands; `None` for kinds that have no replicas.
pub(crate) fn standing(workload: &Value) -> Option<Standing> {
    let status = at(workload, &["status"]);
    let observed = count(status, &["observedGeneration"]) >= count(workload, &["metadata", "generation"]);
    let wanted = at(workload, &["spec", "replicas"]).as_u64().unwrap_or(1);
    Some(match text(workload, &["kind"]) {
        "Deployment" => Standing {
            desired: wanted,
            ready: count(status, &["readyReplicas"]),
            updated: count(status, &["updatedReplicas"]),
            observed,
        },
        "ReplicaSet" | "ReplicationController" => Standing {
            desired: wanted,
            ready: count(status, &["readyReplicas"]),
            updated: count(status, &["replicas"]),
            observed,
        },
        "StatefulSet" => Standing {
            desired: wanted,
            ready: count(status, &["readyReplicas"]),
            updated: stateful_updated(status, wanted),
            observed,
        },
        "DaemonSet" => Standing {
            desired: count(status, &["desiredNumberScheduled"]),
            ready: count(status, &["numberReady"]),
            updated: count(status, &["updatedNumberScheduled"]),
            observed,
        },
        _ => return None,
    })
}

/// Without a rollout in progress all replicas are of the newest revision, and the count may be left out.
fn stateful_updated(status: &Value, wanted: u64) -> u64 {
    let settled = text(status, &["currentRevision"]) == text(status, &["updateRevision"]);
    if settled { wanted } else { count(status, &["updatedReplicas"]) }
}

/// Whether a workload does what it is meant to do, with no revision left over.
pub(crate) fn is_whole(workload: &Value) -> bool {
    let leftover = text(workload, &["kind"]) == "Deployment"
        && count(workload, &["status", "replicas"]) > count(workload, &["status", "updatedReplicas"]);
    standing(workload).is_some_and(|it| it.observed && it.ready >= it.desired && it.updated >= it.desired)
        && !leftover
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(ready: u64, updated: u64, replicas: u64) -> Value {
        json!({
            "kind": "Deployment",
            "metadata": {"generation": 2},
            "spec": {"replicas": 2},
            "status": {"observedGeneration": 2, "readyReplicas": ready, "updatedReplicas": updated, "replicas": replicas},
        })
    }

    #[test]
    fn a_stuck_rollout_is_not_whole_although_the_old_pods_serve() {
        assert!(!is_whole(&deployment(2, 1, 3)));
    }

    #[test]
    fn a_finished_rollout_is_whole() {
        assert!(is_whole(&deployment(2, 2, 2)));
    }

    #[test]
    fn a_status_older_than_the_intent_is_not_trusted() {
        let mut stale = deployment(2, 2, 2);
        stale["metadata"]["generation"] = json!(3);

        assert!(!is_whole(&stale));
    }
}
