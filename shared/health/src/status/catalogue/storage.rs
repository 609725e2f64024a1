//! Volumes, snapshots and backups.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended},
        step::Step::{self, Else, Flag, For, General, Is, Present, Word},
    },
    Row,
};

const SNAPSHOT: &[Step] = &[
    Present("status.error.message", Degraded),
    Flag("status.readyToUse", true, Healthy),
    Else(Progressing, "not ready to use yet"),
];

pub(super) const ROWS: &[Row] = &[
    Row(
        "snapshot.storage.k8s.io|groupsnapshot.storage.k8s.io",
        "VolumeSnapshot|VolumeSnapshotContent|VolumeGroupSnapshot|VolumeGroupSnapshotContent",
        SNAPSHOT,
    ),
    Row(
        "velero.io",
        "Backup|Restore|PodVolumeBackup|PodVolumeRestore|DataUpload|DataDownload",
        &[
            Word("status.phase", "Completed", Healthy),
            Word(
                "status.phase",
                "Failed|PartiallyFailed|FailedValidation|FinalizingPartiallyFailed|WaitingForPluginOperationsPartiallyFailed|Canceled",
                Degraded,
            ),
            Else(Progressing, "not completed yet"),
        ],
    ),
    Row(
        "ceph.rook.io",
        "CephCluster",
        &[
            Word("status.phase", "Failure", Degraded),
            Word("status.ceph.health", "HEALTH_ERR|HEALTH_WARN", Degraded),
            Word("status.phase", "Progressing|Deleting", Progressing),
            Word("status.ceph.health", "HEALTH_OK", Healthy),
            General,
        ],
    ),
    Row(
        "longhorn.io",
        "Volume",
        &[
            Word("status.robustness", "healthy", Healthy),
            Word("status.robustness", "degraded|faulted", Degraded),
            Word("status.state", "detached", Healthy),
            Else(Progressing, "waiting for the volume"),
        ],
    ),
    Row(
        "longhorn.io",
        "Backup|Snapshot",
        &[
            Present("status.error", Degraded),
            Flag("status.readyToUse", true, Healthy),
            Word("status.state", "Completed", Healthy),
            Else(Progressing, "not completed yet"),
        ],
    ),
    Row(
        "volsync.backube",
        "ReplicationSource|ReplicationDestination",
        &[
            Flag("spec.paused", true, Suspended),
            For("Synchronizing", "True|False|Unknown", "Error", Degraded),
            Is("Synchronizing", "False", Healthy),
            Else(Progressing, "being synchronized"),
        ],
    ),
    Row(
        "astra.netapp.io|protect.trident.netapp.io",
        "*",
        &[
            Present("status.error", Degraded),
            Is("Ready", "True", Healthy),
            Word("status.state", "Available|Completed|Ready", Healthy),
            Word("status.state", "Failed|Error|Unavailable", Degraded),
            Word("status.state", "Running|Pending|Blocked", Progressing),
            Flag("spec.enabled", false, Suspended),
            General,
        ],
    ),
];
