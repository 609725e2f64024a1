//! Rollouts of Argo Rollouts, old and new: the status of version 1.0 and later has a phase.

use serde_json::Value;

use super::super::{
    health::{
        Health::{Degraded, Healthy, Progressing, Suspended, Unknown},
        ObjectHealth,
    },
    reason,
    step::{
        self,
        Step::{For, Is, OtherWord, Word},
    },
};
use crate::view;

/// The annotation that counts the changes of a workload that a rollout refers to.
const WORKLOAD_GENERATION: &str = "rollout.argoproj.io/workload-generation";

/// A rollout of any version.
pub(super) fn read(object: &Value) -> Option<ObjectHealth> {
    let said = step::first(&[Is("InvalidSpec", "True", Degraded)], object);
    said.or_else(|| unseen(object))
        .or_else(|| phase(object))
        .or_else(|| legacy(object))
        .or_else(|| Some(counted(object)))
}

/// Versions before 1.0 wrote a hash where the generation is today, which may look like a large number.
fn unseen(object: &Value) -> Option<ObjectHealth> {
    let seen = view::at(object, &["status", "observedGeneration"]);
    let wanted = view::at(object, &["metadata", "generation"]).as_u64();
    let seen_number = seen.as_u64().or_else(|| seen.as_str()?.parse().ok());
    let is_behind = seen_number.zip(wanted).is_some_and(|(seen, wanted)| seen < wanted);
    (seen.is_null() || is_behind || is_workload_unseen(object))
        .then(|| Progressing.because("the controller has not seen the newest spec yet"))
}

fn is_workload_unseen(object: &Value) -> bool {
    let wanted = view::text(object, &["metadata", "annotations", WORKLOAD_GENERATION]);
    let seen = view::text(object, &["status", "workloadObservedGeneration"]);
    !view::at(object, &["spec", "workloadRef"]).is_null()
        && !wanted.is_empty()
        && !seen.is_empty()
        && wanted != seen
}

fn phase(object: &Value) -> Option<ObjectHealth> {
    step::first(
        &[
            Word("status.phase", "Healthy", Healthy),
            Word("status.phase", "Degraded", Degraded),
            Word("status.phase", "Paused", Suspended),
            Word("status.phase", "Progressing", Progressing),
            OtherWord("status.phase", Unknown),
        ],
        object,
    )
}

fn legacy(object: &Value) -> Option<ObjectHealth> {
    let bad = step::first(
        &[For("Progressing", "False", "RolloutAborted|ProgressDeadlineExceeded", Degraded)],
        object,
    );
    let is_paused = view::at(object, &["spec", "paused"]).as_bool() == Some(true)
        || !view::list(object, &["status", "pauseConditions"]).is_empty();
    bad.or_else(|| is_paused.then(|| Suspended.because("the rollout is paused")))
}

fn counted(object: &Value) -> ObjectHealth {
    let have = |key: &str| view::count(object, &["status", key]);
    let wanted = view::at(object, &["spec", "replicas"]).as_u64().unwrap_or(1);
    let [updated, all, available] = ["updatedReplicas", "replicas", "availableReplicas"].map(have);
    if updated < wanted {
        return Progressing.because(format!("{updated} of {wanted} replicas are updated"));
    }
    if available < updated {
        return Progressing.because(format!("{available} of {updated} updated replicas are available"));
    }
    match lags(object, all, updated) {
        Some(lag) => Progressing.because(lag),
        None => Healthy.because(reason::told(object, "all replicas are updated and available")),
    }
}

/// What is still to be done when all new replicas are there.
fn lags(object: &Value, all: u64, updated: u64) -> Option<&'static str> {
    let current = view::text(object, &["status", "currentPodHash"]);
    let either = |first: &[&str], second: &[&str]| match view::text(object, first) {
        "" => view::text(object, second).to_owned(),
        hash => hash.to_owned(),
    };
    if !view::at(object, &["spec", "strategy", "blueGreen"]).is_null() {
        let active = either(&["status", "blueGreen", "activeSelector"], &["status", "activeSelector"]);
        return (active != current).then_some("the active service does not lead to the new replicas yet");
    }
    let stable = either(&["status", "stableRS"], &["status", "canary", "stableRS"]);
    if all > updated {
        return Some("old replicas are still there");
    }
    (stable != current).then_some("the canary is not stable yet")
}
