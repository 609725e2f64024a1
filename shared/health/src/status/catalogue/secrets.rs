//! Secrets that come from elsewhere, identities and policies.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing},
            ObjectHealth,
        },
        reason,
        step::Step::{Ask, Else, Flag, General, Is, Judge, OtherWord, Present, Word},
    },
    READY, Row,
};
use crate::view;

pub(super) const ROWS: &[Row] = &[
    Row("external-secrets.io", "*", READY),
    Row(
        "bitnami.com",
        "SealedSecret",
        &[
            Is("Synced", "True", Healthy),
            Is("Synced", "False", Degraded),
            Else(Progressing, "waiting to be unsealed"),
        ],
    ),
    Row(
        "isindir.github.com",
        "SopsSecret",
        &[
            Word("status.message", "Healthy", Healthy),
            OtherWord("status.message", Degraded),
            Else(Progressing, "waiting to be decrypted"),
        ],
    ),
    Row("onepassword.com", "OnePasswordItem", READY),
    Row(
        "secrets.hashicorp.com",
        "*",
        &[
            Present("status.error", Degraded),
            Flag("status.valid", true, Healthy),
            Flag("status.valid", false, Degraded),
            Is("Ready|Healthy|SecretSynced", "False", Degraded),
            Is("Ready|Healthy|SecretSynced", "True", Healthy),
            Present("status.secretMAC", Healthy),
            Present("status.secretLease", Healthy),
            Present("status.serialNumber", Healthy),
            Else(Progressing, "waiting for the secret"),
        ],
    ),
    Row(
        "k8s.keycloak.org",
        "*",
        &[
            Is("HasErrors", "True", Degraded),
            Is("Ready|Done", "True", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "keycloak.org",
        "*",
        &[
            Word("status.phase", "failing", Degraded),
            Flag("status.ready", true, Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "templates.gatekeeper.sh",
        "ConstraintTemplate",
        &[Ask(pod_error), Flag("status.created", true, Healthy), Else(Progressing, "waiting to be compiled")],
    ),
    Row("constraints.gatekeeper.sh", "*", &[Ask(pod_error), Judge(enforced)]),
    Row(
        "hnc.x-k8s.io",
        "HierarchyConfiguration",
        &[
            Is("ActivitiesHalted|BadConfiguration", "True", Degraded),
            Else(Healthy, "the hierarchy is in order"),
        ],
    ),
    Row(
        "kyverno.io",
        "ClusterPolicy|Policy",
        &[
            Is("Ready", "True", Healthy),
            Is("Ready", "False", Degraded),
            Flag("status.ready", true, Healthy),
            Flag("status.ready", false, Degraded),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "policy.open-cluster-management.io",
        "*",
        &[
            Word("status.compliant", "Compliant", Healthy),
            Word("status.compliant", "NonCompliant", Degraded),
            Else(Progressing, "waiting to be checked"),
        ],
    ),
    Row(
        "redhatcop.redhat.io",
        "*",
        &[Is("ReconcileError", "True", Degraded), Is("ReconcileSuccess", "True", Healthy), General],
    ),
];

/// Gatekeeper: what one of its pods objects to.
fn pod_error(object: &Value) -> Option<ObjectHealth> {
    let error = view::list(object, &["status", "byPod"])
        .iter()
        .flat_map(|pod| view::list(pod, &["errors"]))
        .next()?;
    Some(Degraded.because(reason::line(view::text(error, &["message"]))))
}

fn enforced(object: &Value) -> ObjectHealth {
    let pods = view::list(object, &["status", "byPod"]);
    let all = !pods.is_empty() && pods.iter().all(|pod| view::at(pod, &["enforced"]).as_bool() == Some(true));
    if all {
        Healthy.because("the constraint is enforced")
    } else {
        Progressing.because("waiting to be enforced")
    }
}
