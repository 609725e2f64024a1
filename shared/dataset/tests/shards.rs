//! The same labels give the same bytes, and the manifest tells what they are.

mod support;

use chiron_dataset::DatasetFiles;
use chiron_model::{Digest, FileEntry, LabelType, Manifest, TrainingLabel};
use std::collections::BTreeSet;
use support::{at, built, dataset, label, lines, many};

/// The labels in another order each time.
fn shuffled(seed: usize) -> Vec<TrainingLabel> {
    let labels = many();
    // 7 and 360 have no common divisor, so that every label is taken once.
    (0..labels.len()).map(|place| labels[(place * 7 + seed) % labels.len()].clone()).collect()
}

fn entry<'a>(manifest: &'a Manifest, path: &str) -> &'a FileEntry {
    manifest.files.iter().find(|it| it.path == path).unwrap_or(&manifest.files[0])
}

#[test]
fn labels_in_any_order_give_the_same_bytes() {
    let expected = dataset(&many());

    for seed in [1, 50, 359] {
        assert_eq!(dataset(&shuffled(seed)), expected, "seed {seed}");
    }
}

#[test]
fn labels_that_come_twice_count_once() {
    let twice = [many(), shuffled(3)].concat();

    assert_eq!(dataset(&twice), dataset(&many()));
}

#[test]
fn each_file_is_as_the_manifest_says() {
    let DatasetFiles { manifest, files } = dataset(&many());

    for (path, bytes) in &files {
        let entry = entry(&manifest, path);
        assert_eq!((&entry.path, entry.bytes), (path, bytes.len() as u64));
        assert_eq!(entry.sha256, Digest::of(bytes), "{path}");
    }
    assert_eq!(manifest.files.len(), files.len());
}

#[test]
fn rows_are_counted_in_data_files_only() {
    let dataset = dataset(&many());

    for path in dataset.files.keys() {
        let rows = if path.starts_with("data/") { lines(&dataset, path).len() as u64 } else { 0 };
        assert_eq!(entry(&dataset.manifest, path).rows, rows, "{path}");
    }
}

// Who writes the files writes it last: a folder without it is not finished.
#[test]
fn the_manifest_is_not_one_of_its_files() {
    let dataset = dataset(&many());

    assert!(dataset.files.keys().all(|path| !path.contains("manifest")));
    assert!(dataset.manifest.files.iter().all(|it| !it.path.contains("manifest")));
}

#[test]
fn the_manifest_lists_files_by_path() {
    let manifest = dataset(&many()).manifest;

    assert!(manifest.files.is_sorted_by(|one, other| one.path < other.path));
}

#[test]
fn every_label_is_in_every_configuration() {
    let dataset = dataset(&many());

    for config in ["chat", "labels"] {
        let rows = dataset.manifest.files.iter().filter(|it| it.path.starts_with(&format!("data/{config}/")));
        assert_eq!(rows.map(|it| it.rows).sum::<u64>(), 360, "{config}");
    }
    assert_eq!(dataset.manifest.labels, 360);
}

#[test]
fn the_version_is_the_fingerprint_of_the_rows() {
    let version = |labels: &[TrainingLabel]| dataset(labels).manifest.version;

    assert_eq!(version(&many()), version(&shuffled(9)));
    assert_ne!(version(&many()), version(&many()[1..]));
    assert_eq!(built("other", &many()).manifest.version, version(&many()));
}

#[test]
fn it_is_as_old_as_its_newest_event() {
    assert_eq!(dataset(&many()).manifest.sealed_at, at(119));
}

#[test]
fn labels_of_all_seven_types_are_counted() {
    let labels = LabelType::ALL.map(|it| label(it, "family", 1));

    let by_type = dataset(&labels).manifest.by_type;

    let names: BTreeSet<String> = LabelType::ALL.map(|it| it.as_str().to_owned()).into();
    assert_eq!(by_type.keys().cloned().collect::<BTreeSet<_>>(), names);
    assert!(by_type.values().all(|count| *count == 1), "{by_type:?}");
}

#[test]
fn without_labels_there_is_only_a_card() {
    let empty = dataset(&[]);

    assert_eq!(empty.files.keys().collect::<Vec<_>>(), ["README.md"]);
    assert_eq!(empty.manifest.labels, 0);
}
