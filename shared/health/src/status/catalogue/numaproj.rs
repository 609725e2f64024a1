//! Numaflow and Numaplane.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended, Unknown},
        step::Step::{self, Else, For, Is, Stale, Word},
    },
    Row,
};

const FLOW: &[Step] = &[
    Stale,
    Word("status.phase", "Failed", Degraded),
    Word("status.phase", "Paused", Suspended),
    Word("status.phase", "Pausing|Deleting|Pending", Progressing),
    For(HEALTH, "False", "Progressing|Pending|Processing", Progressing),
    Is(
        "VerticesHealthy|PodsHealthy|ChildrenResourcesHealthy|DaemonServiceHealthy|SideInputsManagersHealthy",
        "False",
        Degraded,
    ),
    Word("status.phase", "Running|Succeeded|Deployed", Healthy),
    Word("status.phase", "Unknown", Unknown),
    Else(Progressing, "waiting for a status"),
];

/// The condition that gathers what belongs to a flow.
const HEALTH: &str = "VerticesHealthy";

const ROLLOUT: &[Step] = &[
    Stale,
    Word("status.phase", "Failed", Degraded),
    Word("status.phase", "Pending", Progressing),
    Is("ProgressiveUpgradeSucceeded", "False", Degraded),
    Is("PausingPipeline", "True", Progressing),
    For("ChildResourcesHealthy", "False", "Progressing|Pending|PipelinePaused|MonoVertexPaused", Progressing),
    Is("ChildResourcesHealthy", "False", Degraded),
    Is("ChildResourcesHealthy", "Unknown", Progressing),
    Word("status.phase", "Deployed", Healthy),
    Else(Progressing, "waiting for a status"),
];

pub(super) const ROWS: &[Row] =
    &[Row("numaflow.numaproj.io", "*", FLOW), Row("numaplane.numaproj.io", "*", ROLLOUT)];
