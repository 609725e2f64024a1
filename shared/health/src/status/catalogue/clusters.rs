//! Cluster API, and clusters that are managed from a cluster.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended},
        step::Step::{self, Else, Flag, For, General, Is, Less, Missing, Present, Stale, Word},
    },
    Row,
};

/// Machines and what makes them: a phase, and conditions that may be behind it.
const MACHINES: &[Step] = &[
    Flag("spec.paused", true, Suspended),
    Is("Paused", "True", Suspended),
    Stale,
    Present("status.failureMessage", Degraded),
    Present("status.failureReason", Degraded),
    Word("status.phase", "Failed", Degraded),
    Word(
        "status.phase",
        "Provisioned|Provisioning|Pending|ScalingUp|ScalingDown|Deleting|Deleted|Scaling",
        Progressing,
    ),
    Is("Ready|Available", "False", Degraded),
    Less("status.readyReplicas", "spec.replicas", Progressing),
    Word("status.phase", "Running", Healthy),
    Is("Ready|Available", "True", Healthy),
    Else(Progressing, "waiting for the machines"),
];

pub(super) const ROWS: &[Row] = &[
    Row(
        "cluster.x-k8s.io",
        "Cluster",
        &[
            Flag("spec.paused", true, Suspended),
            Is("Paused", "True", Suspended),
            Word("status.phase", "Failed", Degraded),
            Present("status.failureMessage", Degraded),
            Word("status.phase", "Pending|Provisioning|Deleting", Progressing),
            For(
                "Ready",
                "False",
                "ScalingUp|ScalingDown|Scaling|RollingUpdateInProgress|Provisioning|Creating",
                Progressing,
            ),
            Is("Ready|Available", "False", Degraded),
            Is("Ready|Available", "Unknown", Progressing),
            Word("status.phase", "Provisioned", Healthy),
            Else(Progressing, "waiting for the cluster"),
        ],
    ),
    Row("cluster.x-k8s.io", "Machine|MachineDeployment|MachineSet|MachinePool", MACHINES),
    Row(
        "cluster.x-k8s.io",
        "MachineHealthCheck",
        &[
            Missing("status", Progressing),
            Is("RemediationAllowed", "False", Degraded),
            Less("status.currentHealthy", "status.expectedMachines", Degraded),
            Else(Healthy, "all machines are healthy"),
        ],
    ),
    Row(
        "addons.cluster.x-k8s.io",
        "ClusterResourceSet",
        &[
            Stale,
            Is("ResourcesApplied", "True", Healthy),
            Is("ResourcesApplied", "False", Degraded),
            Else(Progressing, "waiting to be applied"),
        ],
    ),
    Row(
        "cluster.open-cluster-management.io",
        "ManagedCluster",
        &[
            Is("HubAcceptedManagedCluster", "False", Suspended),
            Is("ManagedClusterConditionAvailable", "True", Healthy),
            Is("ManagedClusterConditionAvailable", "False|Unknown", Degraded),
            Else(Progressing, "waiting to join"),
        ],
    ),
    Row(
        "work.karmada.io",
        "*",
        &[
            Is("Scheduled", "False", Degraded),
            Is("FullyApplied|Applied", "True", Healthy),
            Else(Progressing, "waiting to be applied"),
        ],
    ),
    Row(
        "metal3.io",
        "BareMetalHost",
        &[
            Present("status.errorMessage", Degraded),
            Word("status.operationalStatus", "error", Degraded),
            Word(
                "status.provisioning.state",
                "provisioned|available|ready|externally provisioned|unmanaged",
                Healthy,
            ),
            Else(Progressing, "waiting for the host"),
        ],
    ),
    Row(
        "*.cluster.x-k8s.io",
        "*",
        &[
            Flag("spec.paused", true, Suspended),
            Present("status.failureMessage", Degraded),
            Is("Ready|Available", "True", Healthy),
            Flag("status.ready", true, Healthy),
            General,
        ],
    ),
];
