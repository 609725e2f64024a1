//! The report of a replay as a contract: its shape, its bytes, its dataset, and what it never claims.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use chiron_model::{Digest, Manifest};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write,
    path::Path,
};
use support::{
    path,
    recordings::{
        AFTERNOON, BROKEN, CALM, chiron, json_lines, lines, recording, replay, replay_into, replayed, run,
        stored::records,
    },
};

/// A small recording.
const SMALL: &str = "shop-selector";

fn all() -> impl Iterator<Item = &'static str> {
    BROKEN.into_iter().chain([CALM, AFTERNOON])
}

#[test]
fn every_report_fits_its_schema() {
    let text = fs::read_to_string(path("docs/replay.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in all() {
        let report = &replayed(name).report;

        let complaints: Vec<String> =
            validator.iter_errors(report).map(|it| format!("{} {it}", it.instance_path())).collect();

        assert!(complaints.is_empty(), "{name}: {complaints:?}");
        let documented = schema["properties"].as_object().unwrap();
        assert!(report.as_object().unwrap().keys().all(|key| documented.contains_key(key)), "{name}");
    }
}

#[test]
fn every_way_in_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let text = lines(SMALL).join("\n") + "\n";
    let (plain, packed) = (folder.path().join("a.ndjson"), folder.path().join("a.ndjson.gz"));
    fs::write(&plain, &text).unwrap();
    let mut gzip = GzEncoder::new(File::create(&packed).unwrap(), Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let from_zstd = &replayed(SMALL).text;

    let from_plain = replay(&plain, |_| {}).text;
    let from_gzip = replay(&packed, |_| {}).text;
    let from_standard_input = replay(Path::new("-"), |command| {
        command.stdin(File::open(&plain).unwrap());
    });

    assert!(from_plain == *from_zstd, "plain: {from_plain}");
    assert!(from_gzip == *from_zstd, "gzip: {from_gzip}");
    assert!(from_standard_input.text == *from_zstd, "standard input: {}", from_standard_input.text);
}

#[test]
fn every_object_is_in_the_cluster_that_was_named() {
    let named = replay(&recording(SMALL), |command| {
        command.args(["--cluster", "lab-7"]);
    });

    let found = clusters(&named.report);

    assert!(found.len() > 5 && found.iter().all(|name| *name == "lab-7"), "{found:?}");
    let default = clusters(&replayed(SMALL).report);
    assert!(default.len() == found.len() && default.iter().all(|name| *name == "recording"), "{default:?}");
    let rows = named.rows("labels");
    assert!(!rows.is_empty() && rows.iter().flat_map(clusters).all(|name| name == "lab-7"));
}

/// The values of all fields called `cluster`, wherever they stand.
fn clusters(value: &Value) -> Vec<&str> {
    let inside = value
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::values)
        .chain(value.as_array().into_iter().flatten());
    value.get("cluster").and_then(Value::as_str).into_iter().chain(inside.flat_map(clusters)).collect()
}

#[test]
fn every_dataset_is_what_its_manifest_says() {
    for name in all().filter(|name| *name != CALM) {
        let files = &replayed(name).dataset;

        let manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).unwrap();

        for entry in &manifest.files {
            let bytes = &files[&entry.path];
            assert_eq!(Digest::of(bytes), entry.sha256, "{name}: {}", entry.path);
            assert_eq!(bytes.len() as u64, entry.bytes, "{name}: {}", entry.path);
            let is_data = entry.path.starts_with("data/");
            let rows = if is_data { json_lines(bytes).len() } else { 0 };
            assert_eq!(rows as u64, entry.rows, "{name}: {}", entry.path);
        }
        let listed = manifest.files.iter().map(|it| it.path.as_str()).chain(["manifest.json"]);
        let listed: BTreeSet<&str> = listed.collect();
        let there: BTreeSet<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(listed, there, "{name}");
    }
}

#[test]
fn every_label_of_a_report_is_in_its_dataset() {
    for name in all().filter(|name| *name != CALM) {
        let replayed = replayed(name);
        let labels = replayed.incidents().iter().flat_map(|it| it["labels"].as_array().unwrap());
        let reported: BTreeSet<&str> = labels.filter_map(Value::as_str).collect();

        for configuration in ["labels", "chat"] {
            let rows = replayed.rows(configuration);
            let published: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
            assert_eq!(published, reported, "{name}: {configuration}");
        }
        let counts = &replayed.report["counts"];
        assert_eq!(counts["labels_accepted"], reported.len(), "{name}");
        assert_eq!(replayed.report["dataset"]["labels"], counts["labels_accepted"], "{name}");
        assert_eq!(replayed.report["dataset"]["path"], "OUT", "{name}");
    }
}

#[test]
fn no_execution_is_ever_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let replayed = replay_into(folder.path(), &recording(SMALL), |_| {});
    let data = folder.path().join("data");

    let actions = records(&data, "action");

    // The plan needs no approval, so it came as far as the function that would have carried it out.
    assert!(!actions.is_empty());
    assert!(actions.iter().all(|it| it.status == "skipped"), "{actions:?}");
    assert!(records(&data, "plan").iter().all(|it| it.status == "proposed"));
    assert!(replayed.incidents().iter().all(|it| it["outcome"]["repaired_by"] == "external"));
    let rows = replayed.rows("labels");
    assert!(rows.iter().all(|row| !row["answer"].as_str().unwrap().contains("carried out")));
}

#[test]
fn records_tell_afterwards_what_the_report_told() {
    let folder = tempfile::tempdir().unwrap();
    let replayed = replay_into(folder.path(), &recording(SMALL), |_| {});
    let data = folder.path().join("data");
    let list = |kind: &str| run(chiron(&data).args([kind, "list", "-o", "json"])).json();

    let (incidents, plans, labels) = (list("incident"), list("plan"), list("label"));

    let told = &replayed.incidents()[0];
    assert_eq!(incidents.as_array().unwrap().len(), 1);
    for part in ["id", "opened_at", "closed_at", "objects", "root_cause", "plan", "outcome"] {
        assert_eq!(incidents[0][part], told[part], "{part}");
    }
    assert_eq!(plans[0]["plan"], told["plan"]);
    assert_eq!(labels.as_array().unwrap().len(), told["labels"].as_array().unwrap().len());
    let datasets = list("dataset");
    assert_eq!(datasets[0]["version"], replayed.report["dataset"]["version"]);
}
