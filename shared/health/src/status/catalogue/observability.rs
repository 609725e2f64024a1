//! Metrics, logs, traces and alerts.

use super::{
    super::{
        health::Health::{Degraded, Healthy, Progressing},
        step::Step::{All, Else, Flag, For, General, Is, Word},
    },
    Row,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        "monitoring.coreos.com",
        "Prometheus|PrometheusAgent|Alertmanager|ThanosRuler",
        &[
            Is("Reconciled", "False", Degraded),
            For("Available", "Degraded|False", "SomePodsNotReady", Progressing),
            Is("Available", "False|Degraded", Degraded),
            Is("Available", "True", Healthy),
            Else(Progressing, "waiting to become available"),
        ],
    ),
    Row(
        "grafana.integreatly.org",
        "Grafana",
        &[
            Word("status.stageStatus", "failed", Degraded),
            Word("status.stageStatus", "success", Healthy),
            Else(Progressing, "waiting for the stages"),
        ],
    ),
    Row(
        "grafana.integreatly.org",
        "*",
        &[Is("NoMatchingInstance|NoMatchingInstances|InvalidSpec", "True", Degraded), General],
    ),
    Row(
        "datadoghq.com",
        "DatadogMetric",
        &[Is("Error", "True", Degraded), All("Active|Valid"), Else(Progressing, "waiting for the metric")],
    ),
    Row(
        "sloth.slok.dev",
        "PrometheusServiceLevel",
        &[
            Flag("status.promOpRulesGenerated", true, Healthy),
            Flag("status.promOpRulesGenerated", false, Degraded),
            Else(Progressing, "waiting for the rules"),
        ],
    ),
    Row(
        "jaegertracing.io",
        "Jaeger",
        &[
            Word("status.phase", "Running", Healthy),
            Word("status.phase", "Failed", Degraded),
            Else(Progressing, "waiting to run"),
        ],
    ),
    Row(
        "kiali.io|awx.ansible.com|tower.ansible.com|eda.ansible.com|automationhub.ansible.com|pulp.pulpproject.org",
        "*",
        &[
            Is("Failure", "True", Degraded),
            For("Running", "True", "Running", Progressing),
            Is("Successful", "True", Healthy),
            For("Running", "True", "Successful", Healthy),
            General,
        ],
    ),
];
