//! `KubeVirt` and its importer of disks.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing, Suspended},
        step::Step::{Else, For, Is, Word},
    },
    Row,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        "kubevirt.io",
        "VirtualMachine",
        &[
            Is("Failure", "True", Degraded),
            Word("status.printableStatus", "Stopped|Paused|Halted|Terminated", Suspended),
            Is("Paused", "True", Suspended),
            Word("status.printableStatus", "Running", Healthy),
            Word(
                "status.printableStatus",
                "CrashLoopBackOff|ErrorUnschedulable|ErrImagePull|ImagePullBackOff|ErrorPvcNotFound|DataVolumeError",
                Degraded,
            ),
            Is("Ready", "True", Healthy),
            Else(Progressing, "waiting to run"),
        ],
    ),
    Row(
        "kubevirt.io",
        "VirtualMachineInstance",
        &[
            Word("status.phase", "Failed", Degraded),
            Word("status.phase", "Succeeded", Suspended),
            Is("Paused", "True", Suspended),
            For("Ready", "False", "Paused", Suspended),
            Is("Ready", "True", Healthy),
            Else(Progressing, "waiting to run"),
        ],
    ),
    Row(
        "kubevirt.io",
        "VirtualMachineInstanceMigration",
        &[
            Word("status.phase", "Succeeded", Healthy),
            Word("status.phase", "Failed", Degraded),
            Else(Progressing, "the migration has not ended yet"),
        ],
    ),
    Row(
        "cdi.kubevirt.io",
        "DataVolume",
        &[
            Word("status.phase", "Succeeded", Healthy),
            // These two wait for the first pod that wants the disk.
            Word("status.phase", "WaitForFirstConsumer|PendingPopulation", Healthy),
            Word("status.phase", "Paused", Suspended),
            Word("status.phase", "Failed|Unknown", Degraded),
            Else(Progressing, "the disk is not filled yet"),
        ],
    ),
];
