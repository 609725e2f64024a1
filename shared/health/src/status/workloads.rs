//! Deployments, stateful sets, daemon sets and replica sets: is the newest template rolled out?

use serde_json::Value;

use super::{
    general,
    health::{
        Health::{Degraded, Healthy, Progressing, Suspended},
        ObjectHealth,
    },
    reason,
};
use crate::view;

/// A Deployment: paused, out of time, on its way or rolled out.
pub(super) fn deployment(object: &Value) -> ObjectHealth {
    if view::at(object, &["spec", "paused"]).as_bool() == Some(true) {
        return Suspended.because("the rollout is paused");
    }
    if let Some(unseen) = unseen(object) {
        return unseen;
    }
    let progress = view::condition(object, "Progressing");
    if let Some(late) = progress.filter(|late| view::text(late, &["reason"]) == "ProgressDeadlineExceeded") {
        return Degraded.because(reason::sentence(late));
    }
    let [updated, all, available] =
        ["updatedReplicas", "replicas", "availableReplicas"].map(|key| have(object, key));
    let wanted = wanted(object);
    if updated < wanted {
        Progressing.because(format!("{updated} of {wanted} replicas are updated"))
    } else if all > updated {
        Progressing.because(format!("{} old replicas are still there", all - updated))
    } else if available < updated {
        Progressing.because(format!("{available} of {updated} updated replicas are available"))
    } else {
        Healthy.because(format!("{available} of {wanted} replicas are available"))
    }
}

/// A stateful set: with `OnDelete` or a partition, old pods may stay.
pub(super) fn stateful_set(object: &Value) -> ObjectHealth {
    if let Some(unseen) = unseen(object) {
        return unseen;
    }
    let (ready, wanted) = (have(object, "readyReplicas"), wanted(object));
    if ready < wanted {
        return Progressing.because(format!("{ready} of {wanted} replicas are ready"));
    }
    let partition = view::count(object, &["spec", "updateStrategy", "rollingUpdate", "partition"]);
    let updated = have(object, "updatedReplicas");
    let [old, new] = ["currentRevision", "updateRevision"].map(|key| view::text(object, &["status", key]));
    if view::text(object, &["spec", "updateStrategy", "type"]) == "OnDelete" {
        Healthy.because(format!(
            "{ready} of {wanted} replicas are ready; old pods are updated when they are deleted"
        ))
    } else if partition > 0 && updated < wanted.saturating_sub(partition) {
        Progressing.because(format!(
            "{updated} of {} replicas above the partition are updated",
            wanted.saturating_sub(partition)
        ))
    } else if partition > 0 {
        Healthy.because(format!("all replicas above partition {partition} are updated"))
    } else if old != new {
        Progressing.because(format!("{updated} of {wanted} replicas are updated"))
    } else {
        Healthy.because(format!("{ready} of {wanted} replicas are ready"))
    }
}

/// A daemon set; with `OnDelete`, old pods may stay.
pub(super) fn daemon_set(object: &Value) -> ObjectHealth {
    if let Some(unseen) = unseen(object) {
        return unseen;
    }
    let [wanted, updated, available] =
        ["desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable"].map(|key| have(object, key));
    if view::text(object, &["spec", "updateStrategy", "type"]) == "OnDelete" {
        Healthy.because("old pods are updated when they are deleted")
    } else if updated < wanted {
        Progressing.because(format!("{updated} of {wanted} pods are updated"))
    } else if available < wanted {
        Progressing.because(format!("{available} of {wanted} pods are available"))
    } else {
        Healthy.because(format!("{available} of {wanted} pods are available"))
    }
}

/// A replica set or a replication controller.
pub(super) fn replica_set(object: &Value) -> ObjectHealth {
    if let Some(unseen) = unseen(object) {
        return unseen;
    }
    let failure =
        view::condition(object, "ReplicaFailure").filter(|failure| reason::status(failure) == "True");
    if let Some(failure) = failure {
        return Degraded.because(reason::sentence(failure));
    }
    let wanted = wanted(object);
    let available = have(object, "availableReplicas");
    if available < wanted {
        Progressing.because(format!("{available} of {wanted} replicas are available"))
    } else {
        Healthy.because(format!("{available} of {wanted} replicas are available"))
    }
}

/// A workload that its controller has never seen has no `observedGeneration`.
fn unseen(object: &Value) -> Option<ObjectHealth> {
    let has_status =
        view::count(object, &["status", "observedGeneration"]) > 0 || have(object, "readyReplicas") > 0;
    let needs_one =
        view::count(object, &["metadata", "generation"]) > 0 || general::is_without_status(object);
    if needs_one && !has_status {
        return Some(Progressing.because("waiting for a status"));
    }
    general::stale(object)
}

fn have(object: &Value, key: &str) -> u64 {
    view::count(object, &["status", key])
}

fn wanted(object: &Value) -> u64 {
    view::at(object, &["spec", "replicas"]).as_u64().unwrap_or(1)
}
