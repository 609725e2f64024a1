//! Argo CD, Argo Workflows, Argo Rollouts and Argo Events.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended, Unknown},
        step::Step::{self, Ask, Else, General, Is, OtherWord, Stale, Word},
    },
    READY, Row, rollout,
};

/// Analysis runs and experiments: one attempt that ends well, badly or without a verdict.
const ATTEMPT: &[Step] = &[
    Word("status.phase", "Successful", Healthy),
    Word("status.phase", "Failed|Error", Degraded),
    Word("status.phase", "Inconclusive", Unknown),
    Else(Progressing, "waiting for the end"),
];

/// Argo Events: everything that was configured has to be provided and deployed.
const EVENTS: &[Step] = &[
    Is("Configured|SourcesProvided|DependenciesProvided|TriggersProvided|Deployed", "False", Degraded),
    Is("Deployed", "True", Healthy),
    Else(Progressing, "waiting for the deployment"),
];

pub(super) const ROWS: &[Row] = &[
    Row(
        "argoproj.io",
        "Workflow",
        &[
            Word("status.phase", "Succeeded", Healthy),
            Word("status.phase", "Failed|Error", Degraded),
            Word("status.phase", "Pending|Running", Progressing),
            OtherWord("status.phase", Unknown),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "argoproj.io",
        "CronWorkflow",
        &[Is("SpecError|SubmissionError", "True", Degraded), Else(Healthy, "the schedule is valid")],
    ),
    Row("argoproj.io", "AnalysisRun|Experiment", ATTEMPT),
    Row("argoproj.io", "Rollout", &[Ask(rollout::read)]),
    Row("argoproj.io", "EventBus|EventSource|Sensor", EVENTS),
    Row(
        "argoproj.io",
        "ApplicationSet",
        &[
            Is("ErrorOccurred", "True", Degraded),
            Is("RolloutProgressing", "True", Progressing),
            Is("ResourcesUpToDate", "True", Healthy),
            Is("ResourcesUpToDate", "False", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "argoproj.io",
        "Application",
        &[
            Word("status.health.status", "Healthy", Healthy),
            Word("status.health.status", "Degraded", Degraded),
            Word("status.health.status", "Suspended", Suspended),
            Word("status.health.status", "Progressing|Missing", Progressing),
            Word("status.health.status", "Unknown", Unknown),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "argocd-image-updater.argoproj.io",
        "ImageUpdater",
        &[
            Stale,
            Is("Error", "True", Degraded),
            Is("Reconciling", "True", Progressing),
            Is("Ready", "True", Healthy),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "kargo.akuity.io",
        "Stage|Warehouse|Project|ProjectConfig",
        &[
            Is("Reconciling|Promoting", "True", Progressing),
            Is("Healthy", "False", Degraded),
            Is("Healthy", "Unknown", Progressing),
            General,
        ],
    ),
    Row("kargo.akuity.io", "ClusterConfig", READY),
];
