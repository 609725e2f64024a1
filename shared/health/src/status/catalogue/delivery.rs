//! Flux, Helm controllers, Flagger and other ways to deliver.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended},
        step::Step::{self, Else, Flag, For, General, Is, Missing, Stale, Word},
    },
    Row,
};

/// Flux: one convention for all kinds.
const FLUX: &[Step] = &[
    Flag("spec.suspend", true, Suspended),
    Stale,
    Is("Stalled", "True", Degraded),
    Is("Ready", "True", Healthy),
    For("Ready", "False", "Progressing|ProgressingWithRetry|DependencyNotReady|Initializing", Progressing),
    Is("Ready", "False", Degraded),
    Is("Ready", "Unknown", Progressing),
    Else(Progressing, "waiting for a status"),
];

pub(super) const ROWS: &[Row] = &[
    Row(
        "source.toolkit.fluxcd.io",
        "HelmRepository",
        &[
            Flag("spec.suspend", true, Suspended),
            // A repository of this type is only an address: nothing is fetched and no status is written.
            Word("spec.type", "oci", Healthy),
            Stale,
            Is("Stalled", "True", Degraded),
            Is("Ready", "True", Healthy),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "notification.toolkit.fluxcd.io",
        "Alert|Provider",
        &[
            Flag("spec.suspend", true, Suspended),
            // Since v1beta3 these have no status.
            Missing("status.conditions", Healthy),
            Is("Ready", "True", Healthy),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row("*.toolkit.fluxcd.io", "*", FLUX),
    Row("infra.contrib.fluxcd.io|fluxcd.controlplane.io|gitops.weave.works", "*", FLUX),
    Row(
        "helm.cattle.io",
        "HelmChart",
        &[
            Is("Failed", "True", Degraded),
            Is("JobFailed", "True", Degraded),
            Missing("status.jobName", Progressing),
            Is("JobCreated", "True", Healthy),
            Else(Healthy, "the job of the chart is made"),
        ],
    ),
    Row(
        "flagger.app",
        "Canary",
        &[
            Word("status.phase", "Initialized|Succeeded", Healthy),
            Word("status.phase", "Failed", Degraded),
            Word("status.phase", "Terminating|Terminated", Progressing),
            Else(Progressing, "the canary is not decided yet"),
        ],
    ),
    Row(
        "serving.knative.dev|eventing.knative.dev|messaging.knative.dev|sources.knative.dev|flows.knative.dev|networking.internal.knative.dev",
        "*",
        &[
            Stale,
            Is("Ready|Succeeded", "False", Degraded),
            Is("Ready|Succeeded", "True", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row("pulumi.com", "Stack", &[Word("status.lastUpdate.state", "failed", Degraded), General]),
    Row(
        "fleet.cattle.io",
        "GitRepo|Bundle",
        &[
            Is("Stalled", "True", Degraded),
            Is("Ready", "True", Healthy),
            Word("status.display.state", "ErrApplied|Modified|NotReady", Degraded),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
];
