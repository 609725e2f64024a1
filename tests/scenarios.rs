//! The scenarios as they are checked in: complete, readable, and listed by the command.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron::lab::{Reach, Scenario, scenarios};
use std::{fs, path::PathBuf, process::Command};
use support::{
    desk::{Desk, list},
    path,
    process::run,
};

fn all() -> Vec<Scenario> {
    scenarios(&path("tests/lab/scenarios")).unwrap()
}

fn files(scenario: &Scenario) -> Vec<PathBuf> {
    fs::read_dir(&scenario.folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn scripts(scenario: &Scenario) -> impl Iterator<Item = PathBuf> {
    files(scenario).into_iter().filter(|it| it.extension().is_some_and(|it| it == "sh"))
}

#[test]
fn every_folder_is_a_scenario() {
    let folders = fs::read_dir(path("tests/lab/scenarios")).unwrap().map(Result::unwrap);
    let mut named: Vec<String> = folders
        .filter(|it| it.path().is_dir())
        .map(|it| it.file_name().to_string_lossy().into_owned())
        .collect();
    named.sort();

    let read: Vec<String> = all().into_iter().map(|it| it.name).collect();

    assert_eq!(read, named);
    for number in 1..=25 {
        let beginning = format!("S-{number:02}");
        assert!(all().iter().any(|it| it.is_named(&beginning)), "{beginning} is not there");
    }
}

#[test]
fn every_script_can_be_read_by_bash() {
    for script in all().iter().flat_map(scripts) {
        let said = Command::new("bash").arg("-n").arg(&script).output().unwrap();

        let complaint = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success() && complaint.is_empty(), "{}: {complaint}", script.display());
    }
}

#[test]
fn every_manifest_can_be_read() {
    let manifests = all().into_iter().flat_map(|it| files(&it));
    for path in manifests.filter(|it| it.extension().is_some_and(|it| it == "yaml")) {
        let text = fs::read_to_string(&path).unwrap();
        for document in serde_yaml_ng::Deserializer::from_str(&text) {
            let object: serde_json::Value = serde::Deserialize::deserialize(document).unwrap();

            let is_object = object["kind"].is_string() && object["metadata"]["name"].is_string();
            assert!(is_object, "{}: {object}", path.display());
        }
    }
}

/// Kinds and verbs that reach beyond a namespace.
const WIDE: &[&str] = &[
    "cordon",
    "drain",
    "label node",
    "taint node",
    "patch node",
    "kind: Node\n",
    "kind: StorageClass",
    "kind: PersistentVolume\n",
    "kind: CSIDriver",
    "istio.yaml",
    "/run/",
];

#[test]
fn what_reaches_beyond_its_namespace_says_so() {
    for scenario in all() {
        let texts = files(&scenario).iter().map(|it| fs::read_to_string(it).unwrap()).collect::<String>();
        let is_wide = WIDE.iter().any(|it| texts.contains(it));

        let says_so = scenario.expect.touches == Reach::Cluster || scenario.expect.needs.is_some();
        assert!(
            !is_wide || says_so,
            "{} changes more than its namespace: \"touches\": \"cluster\"",
            scenario.name
        );
        let wants_lab = texts.contains("$LAB") || texts.contains("rm -rf");
        assert!(!wants_lab || scenario.expect.needs.is_some(), "{}: \"needs\": \"lab\"", scenario.name);
    }
}

#[tokio::test]
async fn scenarios_are_listed_with_what_goes_wrong() {
    let table = run(&["lab", "list"]).await.out;
    let listed = list(&run(&["lab", "list", "-o", "json"]).await);

    let known = all();
    assert_eq!(listed.len(), known.len());
    for (row, scenario) in listed.iter().zip(&known) {
        assert_eq!(
            (&row["name"], &row["title"]),
            (&scenario.name.clone().into(), &scenario.expect.title.clone().into())
        );
        assert!(table.contains(&scenario.name), "{table}");
    }
}

#[tokio::test]
async fn a_folder_of_ones_own_is_listed_too() {
    let desk = Desk::new();
    for (file, text) in [
        ("expect.json", r#"{"title": "a queue that stands", "calm": "yes"}"#),
        ("setup.yaml", ""),
        ("inject.sh", "true"),
    ] {
        fs::create_dir_all(desk.folder().join("mine/Q-1-queue")).unwrap();
        fs::write(desk.folder().join("mine/Q-1-queue").join(file), text).unwrap();
    }

    let listed = run(&["lab", "list", "--scenarios", &desk.path("mine")]).await.out;
    let nowhere = run(&["lab", "list", "--scenarios", &desk.path("nowhere")]).await;

    assert!(listed.contains("Q-1-queue") && listed.contains("a queue that stands"), "{listed}");
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.err.contains("nowhere"), "{}", nowhere.err);
}
