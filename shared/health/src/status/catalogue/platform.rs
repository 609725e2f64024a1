//! Products that run on a cluster, each with habits of its own.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing},
        step::Step::{Else, Flag, General, Is, OtherWord, Word},
    },
    Row,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        "v1.edp.epam.com|v2.edp.epam.com",
        "*",
        &[
            Flag("status.connected", true, Healthy),
            Flag("status.connected", false, Degraded),
            Flag("status.available", true, Healthy),
            Word("status.value", "OK|created|success|active", Healthy),
            OtherWord("status.value", Degraded),
            General,
        ],
    ),
    Row(
        "apps.3scale.net",
        "APIManager",
        &[
            Is("Available", "True", Healthy),
            Is("Available", "False", Degraded),
            Else(Progressing, "waiting to become available"),
        ],
    ),
    Row(
        "capabilities.3scale.net",
        "*",
        &[
            Is("Failed|Invalid|Orphan", "True", Degraded),
            Is("Ready|Synced", "True", Healthy),
            Else(Progressing, "waiting to be synced"),
        ],
    ),
    Row(
        "coherence.oracle.com",
        "Coherence|CoherenceJob",
        &[
            Word("status.phase", "Ready|Completed", Healthy),
            Word("status.phase", "Failed", Degraded),
            General,
        ],
    ),
    Row(
        "infinispan.org",
        "Infinispan",
        &[
            Is("WellFormed", "True", Healthy),
            Is("WellFormed", "False", Degraded),
            Else(Progressing, "waiting for the cluster"),
        ],
    ),
    Row(
        "apigee.cloud.google.com",
        "*",
        &[
            Word("status.state", "running", Healthy),
            Word("status.state", "error|failed", Degraded),
            Else(Progressing, "waiting to run"),
        ],
    ),
    Row(
        "sonataflow.org",
        "SonataFlow",
        &[
            Is("Running", "True", Healthy),
            Is("Built", "Unknown", Progressing),
            Is("Running|Built", "False", Degraded),
            Else(Progressing, "waiting to run"),
        ],
    ),
];
