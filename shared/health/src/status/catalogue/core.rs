//! Built-in kinds that a few steps say all about.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing},
        step::Step::{Else, Flag, Is, Missing, OtherWord, Present, Word},
    },
    Row,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        "",
        "Namespace",
        &[
            Word("status.phase", "Active", Healthy),
            OtherWord("status.phase", Progressing),
            Else(Healthy, "the namespace is there"),
        ],
    ),
    Row(
        "",
        "PersistentVolumeClaim",
        &[
            Word("status.phase", "Bound", Healthy),
            Word("status.phase", "Lost", Degraded),
            Else(Progressing, "waiting for a volume"),
        ],
    ),
    Row(
        "",
        "PersistentVolume",
        &[
            Word("status.phase", "Available|Bound|Released", Healthy),
            Word("status.phase", "Failed", Degraded),
            Else(Progressing, "waiting for the volume"),
        ],
    ),
    Row(
        "apiregistration.k8s.io",
        "APIService",
        &[
            Is("Available", "True", Healthy),
            Is("Available", "False", Progressing),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "storage.k8s.io",
        "VolumeAttachment",
        &[
            Present("status.attachError.message", Degraded),
            Present("status.detachError.message", Degraded),
            Flag("status.attached", true, Healthy),
            Else(Progressing, "the volume is not attached yet"),
        ],
    ),
    Row(
        "certificates.k8s.io",
        "CertificateSigningRequest",
        &[
            Is("Denied|Failed", "True", Degraded),
            Missing("status.certificate", Progressing),
            Else(Healthy, "the certificate is issued"),
        ],
    ),
    Row(
        "flowcontrol.apiserver.k8s.io",
        "FlowSchema",
        &[Is("Dangling", "True", Degraded), Else(Healthy, "the priority level exists")],
    ),
];
