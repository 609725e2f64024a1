//! Cloud resources: Crossplane, Config Connector, ACK and Azure Service Operator.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended},
        step::Step::{self, All, Else, For, Is, Missing, Present},
    },
    Row,
};

/// Crossplane's configuration: nothing happens to it, so there is often no status.
const SETTINGS: &str = "Composition|CompositionRevision|DeploymentRuntimeConfig|ControllerConfig|ProviderConfig|\
    ClusterProviderConfig|ProviderConfigUsage|ClusterProviderConfigUsage|StoreConfig|EnvironmentConfig|ImageConfig|Usage|ClusterUsage";

const SETTING: &[Step] = &[
    Is("Synced|Ready|ValidPipeline", "False", Degraded),
    Missing("status", Healthy),
    Present("status.users", Healthy),
    Else(Healthy, "no trouble is reported"),
];

const MANAGED: &[Step] = &[
    For("Synced", "False", "ReconcilePaused", Suspended),
    Is("LastAsyncOperation|Synced|Healthy|Installed|RevisionHealthy|ValidPipeline", "False", Degraded),
    All("Installed|Healthy"),
    All("Established|Offered"),
    Is("Ready|RevisionHealthy", "True", Healthy),
    Is("Ready|Healthy|Installed|Offered|Established", "False|Unknown", Progressing),
    Is("Healthy|Established|Offered|Installed", "True", Healthy),
    Else(Progressing, "waiting to become ready"),
];

pub(super) const ROWS: &[Row] = &[
    Row("*.crossplane.io", SETTINGS, SETTING),
    Row("*.upbound.io", SETTINGS, SETTING),
    Row("*.crossplane.io", "*", MANAGED),
    Row("*.upbound.io", "*", MANAGED),
    Row(
        "*.cnrm.cloud.google.com",
        "*",
        &[
            For("Ready", "True|False|Unknown", "UpToDate", Healthy),
            For(
                "Ready",
                "True|False|Unknown",
                "UpdateFailed|DependencyNotFound|DependencyInvalid|ManagementConflict|DeleteFailed",
                Degraded,
            ),
            For("Ready", "True|False|Unknown", "DependencyNotReady", Suspended),
            Is("Ready", "True", Healthy),
            Else(Progressing, "being brought up to date"),
        ],
    ),
    Row(
        "*.services.k8s.aws",
        "*",
        &[
            Is("ACK.Terminal", "True", Degraded),
            Is("ACK.Recoverable", "True", Degraded),
            Is("Ready", "True", Healthy),
            Is("ACK.ResourceSynced", "True", Healthy),
            Else(Progressing, "waiting to be synced"),
        ],
    ),
];
