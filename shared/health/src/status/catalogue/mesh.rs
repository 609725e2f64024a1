//! Ingress controllers, service meshes and networks.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing},
        step::Step::{Else, General, Is, Stale, Word},
    },
    Row,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        "projectcontour.io",
        "HTTPProxy",
        &[
            Word("status.currentStatus", "valid", Healthy),
            Word("status.currentStatus", "invalid|orphaned", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "k8s.nginx.org",
        "VirtualServer|VirtualServerRoute|TransportServer|Policy",
        &[
            Word("status.state", "Valid", Healthy),
            Word("status.state", "Warning|Invalid", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "getambassador.io",
        "Host",
        &[
            Word("status.state", "Ready", Healthy),
            Word("status.state", "Error", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "install.istio.io",
        "IstioOperator",
        &[
            Word("status.status", "HEALTHY", Healthy),
            Word("status.status", "ERROR|ACTION_REQUIRED", Degraded),
            Else(Progressing, "waiting for the control plane"),
        ],
    ),
    Row(
        "networking.istio.io|security.istio.io|telemetry.istio.io|extensions.istio.io",
        "*",
        &[
            Is("PassedValidation", "False", Degraded),
            Is("Reconciled", "False", Progressing),
            Else(Healthy, "no trouble is reported"),
        ],
    ),
    Row(
        "nmstate.io",
        "NodeNetworkConfigurationPolicy|NodeNetworkConfigurationEnactment",
        &[
            Is("Degraded|Failing", "True", Degraded),
            Is("Available", "True", Healthy),
            Else(Progressing, "waiting for the nodes"),
        ],
    ),
    Row("elbv2.k8s.aws", "TargetGroupBinding", &[Stale, General]),
];
