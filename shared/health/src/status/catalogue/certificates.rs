//! cert-manager and other issuers of certificates.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing},
            ObjectHealth,
        },
        step::Step::{Ask, Else, For, Is, Word},
    },
    Row,
};
use crate::view;

pub(super) const ROWS: &[Row] = &[
    Row(
        "cert-manager.io",
        "Certificate",
        &[
            Is("Issuing", "True", Progressing),
            Is("Ready", "True", Healthy),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting for the certificate"),
        ],
    ),
    Row(
        "cert-manager.io",
        "CertificateRequest",
        &[
            Is("InvalidRequest|Denied", "True", Degraded),
            Is("Ready", "True", Healthy),
            For("Ready", "False", "Pending", Progressing),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting for the issuer"),
        ],
    ),
    Row(
        "acme.cert-manager.io",
        "Order|Challenge",
        &[
            Word("status.state", "valid", Healthy),
            Word("status.state", "invalid|errored|expired", Degraded),
            Else(Progressing, "waiting for the ACME server"),
        ],
    ),
    Row(
        "trust.cert-manager.io",
        "Bundle|ClusterBundle",
        &[
            Is("Synced", "True", Healthy),
            Is("Synced", "False", Degraded),
            Else(Progressing, "waiting to be synced"),
        ],
    ),
    Row(
        "networking.gke.io",
        "ManagedCertificate",
        &[
            Ask(domain),
            Word("status.certificateStatus", "Active", Healthy),
            Word("status.certificateStatus", "Provisioning", Progressing),
            Word(
                "status.certificateStatus",
                "ProvisioningFailed|ProvisioningFailedPermanently|RenewalFailed",
                Degraded,
            ),
            Else(Progressing, "waiting for the certificate"),
        ],
    ),
];

/// A domain that could not be validated spoils the whole certificate.
fn domain(object: &Value) -> Option<ObjectHealth> {
    let domains = view::list(object, &["status", "domainStatus"]);
    let failed = domains.iter().find(|domain| view::text(domain, &["status"]).starts_with("Failed"))?;
    let [name, status] = ["domain", "status"].map(|key| view::text(failed, &[key]));
    Some(Degraded.because(format!("domain {name} is {status}")))
}
