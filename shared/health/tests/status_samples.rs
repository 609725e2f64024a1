//! The health of real objects, compared with what Argo CD says of them.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::{fs, path::Path};

use chiron_health::health_of;
use serde_json::Value;

const LEAST_AGREEMENT: f64 = 0.95;

/// How many of a folder's objects get the expected health, and the lines of those that do not.
fn compare(folder: &str) -> Option<(usize, usize, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/k8s").join(folder);
    let Ok(expected) = fs::read_to_string(root.join("expected.json")) else {
        println!("skipped: there is no {}", root.display());
        return None;
    };
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let mut wrong = Vec::new();
    let files = expected.as_object().unwrap();
    for (file, rows) in files {
        let object: Value = serde_yaml_ng::from_str(&fs::read_to_string(root.join(file)).unwrap()).unwrap();
        let found = health_of(&object).map_or("none", |found| found.health.as_str());
        let wanted = rows[0]["condition"].as_str().unwrap();
        if found != wanted {
            wrong.push(format!("{file}: {wanted} wanted, {found} found"));
        }
    }
    Some((files.len() - wrong.len(), files.len(), wrong))
}

#[expect(clippy::cast_precision_loss, reason = "there are a few hundred files")]
fn agrees(folder: &str) {
    let Some((right, all, wrong)) = compare(folder) else { return };
    println!("{folder}: {right} of {all} agree\n{}", wrong.join("\n"));
    assert!(right as f64 >= LEAST_AGREEMENT * all as f64, "{}", wrong.join("\n"));
}

#[test]
fn built_in_objects_fare_as_the_samples_say() {
    agrees("04-object-health-gitops-engine");
}

#[test]
fn custom_resources_fare_as_the_samples_say() {
    agrees("12-custom-resource-health-argocd");
}
