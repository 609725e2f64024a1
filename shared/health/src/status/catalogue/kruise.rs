//! `OpenKruise`: workloads beside the built-in ones.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing, Suspended, Unknown},
            ObjectHealth,
        },
        step::{
            Step::{Else, Flag, Is, Judge, Missing, Present, Stale, Word},
            follow,
        },
    },
    Row,
};
use crate::view;

pub(super) const ROWS: &[Row] = &[
    Row(
        "apps.kruise.io",
        "CloneSet",
        &[
            Missing("status", Progressing),
            Stale,
            Flag("spec.updateStrategy.paused", true, Suspended),
            Judge(replicas),
        ],
    ),
    Row(
        "apps.kruise.io",
        "StatefulSet",
        &[
            Missing("status", Progressing),
            Stale,
            Flag("spec.updateStrategy.rollingUpdate.paused", true, Suspended),
            Judge(replicas),
        ],
    ),
    Row(
        "apps.kruise.io",
        "DaemonSet",
        &[
            Missing("status", Progressing),
            Stale,
            Flag("spec.updateStrategy.rollingUpdate.paused", true, Suspended),
            Judge(daemons),
        ],
    ),
    Row(
        "apps.kruise.io",
        "AdvancedCronJob",
        &[
            Missing("status", Progressing),
            Present("status.active", Progressing),
            Flag("spec.paused", true, Suspended),
            Missing("status.lastScheduleTime", Degraded),
            Else(Healthy, "the last job was made in time"),
        ],
    ),
    Row(
        "apps.kruise.io",
        "BroadcastJob",
        &[
            Missing("status", Progressing),
            Word("status.phase", "completed", Healthy),
            Word("status.phase", "paused", Suspended),
            Flag("spec.paused", true, Suspended),
            Word("status.phase", "failed", Degraded),
            Judge(broadcast),
        ],
    ),
    Row(
        "rollouts.kruise.io",
        "Rollout",
        &[
            Missing("status", Progressing),
            Stale,
            Word("status.canaryStatus.currentStepState", "StepPaused", Suspended),
            Word("status.blueGreenStatus.currentStepState", "StepPaused", Suspended),
            Word("status.phase", "Healthy", Healthy),
            Word("status.phase", "Disabled", Suspended),
            Is("Progressing", "True", Progressing),
            Else(Progressing, "the rollout goes on"),
        ],
    ),
];

/// Replicas that are not available make a set degraded; a partition holds the rest back on purpose.
fn replicas(object: &Value) -> ObjectHealth {
    let status = view::at(object, &["status"]);
    let Some(all) = status.get("replicas").and_then(Value::as_u64) else {
        return Unknown.because("the status has no replicas");
    };
    let wanted = view::at(object, &["spec", "replicas"]).as_u64().unwrap_or(all);
    let partition = ["spec.updateStrategy.partition", "spec.updateStrategy.rollingUpdate.partition"]
        .iter()
        .find_map(|path| part_of(follow(object, path), wanted))
        .unwrap_or(0);
    let updated = view::count(object, &["status", "updatedReplicas"]);
    let available =
        ["updatedAvailableReplicas", "updatedReadyReplicas", "availableReplicas", "readyReplicas"]
            .iter()
            .find_map(|key| status.get(*key).and_then(Value::as_u64))
            .unwrap_or(0);
    if partition > 0 && updated >= wanted.saturating_sub(partition) && updated < wanted {
        Suspended.because(format!("the partition holds {} replicas back", wanted - updated))
    } else if available >= wanted {
        Healthy.because(format!("{available} of {wanted} replicas are available"))
    } else {
        Degraded.because(format!("{available} of {wanted} replicas are updated and available"))
    }
}

/// A partition is a number or a share of the replicas.
fn part_of(partition: &Value, wanted: u64) -> Option<u64> {
    match partition.as_u64() {
        Some(number) => Some(number),
        None => partition
            .as_str()?
            .strip_suffix('%')?
            .parse::<u64>()
            .ok()
            .map(|percent| wanted.saturating_mul(percent).div_ceil(100)),
    }
}

fn daemons(object: &Value) -> ObjectHealth {
    let have = |key: &str| view::count(object, &["status", key]);
    if view::at(object, &["status", "desiredNumberScheduled"]).is_null() {
        return Unknown.because("the status has no desired number of pods");
    }
    let [wanted, updated, available] =
        ["desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable"].map(have);
    let held = part_of(follow(object, "spec.updateStrategy.rollingUpdate.partition"), wanted).unwrap_or(0);
    if available < wanted {
        Degraded.because(format!("{available} of {wanted} pods are available"))
    } else if held > 0 && updated < wanted {
        Suspended.because(format!("the partition holds {} pods back", wanted - updated))
    } else if updated < wanted {
        Progressing.because(format!("{updated} of {wanted} pods are updated"))
    } else {
        Healthy.because(format!("{available} of {wanted} pods are available"))
    }
}

fn broadcast(object: &Value) -> ObjectHealth {
    let [wanted, succeeded, failed] =
        ["desired", "succeeded", "failed"].map(|key| view::count(object, &["status", key]));
    if failed > 0 {
        Degraded.because(format!("{failed} pods failed"))
    } else if wanted > 0 && succeeded >= wanted {
        Healthy.because(format!("{succeeded} of {wanted} pods succeeded"))
    } else {
        Progressing.because(format!("{succeeded} of {wanted} pods succeeded"))
    }
}
