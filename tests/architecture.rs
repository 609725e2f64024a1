//! The layers of the workspace, as a test: who may depend on whom.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::LazyLock,
};

/// From the innermost to the outermost. A crate depends on crates of lower layers only, so neighbours stay apart.
const LAYERS: &[&[&str]] = &[
    &["chiron-model"],
    &[
        "chiron-bundle",
        "chiron-dataset",
        "chiron-events",
        "chiron-health",
        "chiron-redact",
        "chiron-remediation",
        "chiron-store",
        "chiron-streaming",
    ],
    &["chiron-function"],
    &["chiron-aws", "chiron-cluster", "chiron-prometheus", "chiron-runtime"],
    &[
        "chiron-approve",
        "chiron-assess",
        "chiron-correlate",
        "chiron-detect",
        "chiron-diagnose",
        "chiron-execute",
        "chiron-label",
        "chiron-observe",
        "chiron-plan",
        "chiron-publish",
        "chiron-rank",
        "chiron-scrape",
        "chiron-seal",
        "chiron-validate",
        "chiron-verify",
        "chiron-watch",
    ],
    &["chiron"],
];

/// The layer of the stages.
const STAGES: usize = 4;

/// Crates that talk to the world. Those that decide must not know them.
const OUTSIDE: &[&str] = &[
    "aws-config",
    "aws-sdk-dynamodb",
    "aws-sdk-s3",
    "axum",
    "http",
    "kube",
    "k8s-openapi",
    "lambda_runtime",
    "reqwest",
    "tokio",
];

/// What each crate of the workspace needs to be built, by name.
static NEEDS: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|it| (it["name"].as_str().unwrap().to_owned(), needs(it))).collect()
});

fn needs(package: &Value) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().unwrap();
    let built = all.iter().filter(|it| it["kind"].is_null());
    built.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&name))
}

#[test]
fn every_crate_has_a_layer() {
    let homeless: Vec<_> = NEEDS.keys().filter(|name| layer(name).is_none()).collect();

    assert!(homeless.is_empty(), "give these a layer in tests/architecture.rs: {homeless:?}");
}

#[test]
fn crates_depend_on_lower_layers_only() {
    for (name, needs) in NEEDS.iter() {
        let own = layer(name).unwrap();
        for needed in needs {
            let Some(below) = layer(needed) else { continue };
            assert!(below < own, "{name} must not depend on {needed}");
        }
    }
}

#[test]
fn crates_that_decide_know_no_network() {
    let deciding = NEEDS.iter().filter(|(name, _)| {
        let layer = layer(name).unwrap();
        (layer <= 2 || layer == STAGES) && *name != "chiron-store"
    });
    for (name, needs) in deciding {
        let outside: Vec<_> = needs.iter().filter(|it| OUTSIDE.contains(&it.as_str())).collect();
        assert!(outside.is_empty(), "{name} decides, so it must not depend on {outside:?}");
    }
}

#[test]
fn only_the_stores_know_aws() {
    for (name, needs) in NEEDS.iter().filter(|(name, _)| *name != "chiron-aws") {
        let aws: Vec<_> = needs.iter().filter(|it| it.starts_with("aws-")).collect();
        assert!(aws.is_empty(), "{name} must reach AWS through chiron-store, not by {aws:?}");
    }
}

#[test]
fn every_stage_is_in_the_registry() {
    let served: BTreeSet<String> =
        chiron::registry::descriptors().iter().map(|it| format!("chiron-{}", it.about.name)).collect();

    // A source takes no events: it is started with the platform, not called by a broker.
    let stages: BTreeSet<String> = LAYERS[STAGES]
        .iter()
        .filter(|name| **name != "chiron-watch")
        .map(|name| (*name).to_owned())
        .collect();

    assert_eq!(served, stages);
}
