//! Other faults than those of the demo, on other workloads: each recording names its cause, and the calm ones nothing.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use serde_json::Value;
use std::{fs, process::Command};
use support::path;

const FOLDER: &str = "events/recordings/variations";

/// Recording, object of the cause, its field, and how the incident ends.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    (
        "sidecar-oom",
        "Deployment/thumbnailer",
        "spec.template.spec.containers[log-shipper].resources.limits.memory",
        "verified",
    ),
    ("sts-image", "StatefulSet/ledger", "spec.template.spec.containers[ledger].image", "verified"),
    (
        "liveness-port",
        "Deployment/indexer",
        "spec.template.spec.containers[indexer].livenessProbe.httpGet.port",
        "verified",
    ),
    (
        "readiness-path",
        "Deployment/portal-ui",
        "spec.template.spec.containers[ui].readinessProbe.httpGet.path",
        "verified",
    ),
    ("cm-dotted-env", "ConfigMap/catalog-config", "data['app.properties']", "verified"),
    ("cm-deleted-envfrom", "ConfigMap/smtp-settings", "", "verified"),
    (
        "env-removed",
        "Deployment/token-issuer",
        "spec.template.spec.containers[issuer].env[SIGNING_KEY_ID]",
        "verified",
    ),
    ("node-selector", "Deployment/aggregator", "spec.template.spec.nodeSelector.disktype", "verified"),
    ("svc-targetport", "Service/pricing", "spec.ports[http].targetPort", "verified"),
    ("label-change", "Deployment/reservations", "spec.template.metadata.labels.tier", "verified"),
    ("quota-tightened", "ResourceQuota/team-quota", "spec.hard['requests.cpu']", "verified"),
    ("limitrange-lowered", "LimitRange/container-limits", "spec.limits[Container].max.memory", "verified"),
    ("pvc-storageclass", "PersistentVolumeClaim/archive-cold", "spec.storageClassName", "verified"),
    (
        "cronjob-fails",
        "CronJob/csv-export",
        "spec.jobTemplate.spec.template.spec.containers[run].command",
        "verified",
    ),
    (
        "decoys",
        "Deployment/ranker",
        "spec.template.spec.containers[ranker].readinessProbe.httpGet.port",
        "verified",
    ),
    ("open-unrepaired", "Deployment/exporter", "spec.template.spec.containers[exporter].env[TARGET]", "open"),
    (
        "closed-by-deletion",
        "Deployment/prototype",
        "spec.template.spec.containers[prototype].image",
        "unknown",
    ),
];

const CALM: &[&str] = &["calm-slow-rollout", "calm-job-retry", "calm-hpa", "calm-scale-evict"];

fn replay(name: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_chiron"))
        .args(["replay", "-o", "json", "--data-dir"])
        .arg(folder.path())
        .arg(path(&format!("{FOLDER}/{name}.ndjson.zst")))
        .output()
        .unwrap();
    assert!(out.status.success(), "{name}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// The incidents of a recording, a line each: object of the cause, its field, how it ends.
fn incidents(name: &str) -> Vec<String> {
    let report = replay(name);
    let text = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
    let line = |it: &Value| {
        let (cause, state) = (&it["root_cause"], &it["outcome"]["state"]);
        let object = format!("{}/{}", text(&cause["object"]["kind"]), text(&cause["object"]["name"]));
        format!("{object} {:?} {}", text(&cause["field"]), text(state))
    };
    report["incidents"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn one_incident_names_the_cause_of_each_fault() {
    for (name, object, field, state) in FAULTS {
        assert_eq!(incidents(name), [format!("{object} {field:?} {state}")], "{name}");
    }
}

#[test]
fn nothing_is_found_where_all_is_well() {
    for name in CALM {
        let report = replay(name);

        assert_eq!(report["incidents"], Value::Array(Vec::new()), "{name}");
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.iter().all(|it| it["severity"] == "info"), "{name}: {findings:?}");
    }
}

#[test]
fn every_variation_is_looked_at() {
    let files = fs::read_dir(path(FOLDER)).unwrap().count();

    assert_eq!(files, FAULTS.len() + CALM.len());
}
