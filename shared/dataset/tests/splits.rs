//! Nothing that is learned from is also measured with: splits are made by family, never by row.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use chiron_dataset::split_of;
use chiron_model::{LabelType, Split, TrainingLabel};
use std::collections::{BTreeMap, BTreeSet};
use support::{data, dataset, label, lines, many};

/// The splits that each value of a label lies in.
fn splits_by(
    labels: &[TrainingLabel],
    value: impl Fn(&TrainingLabel) -> String,
) -> BTreeMap<String, BTreeSet<String>> {
    let dataset = dataset(labels);
    let mut splits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, split) in data(&dataset, "labels") {
        for line in lines(&dataset, path) {
            let label: TrainingLabel = serde_json::from_str(line).unwrap();
            splits.entry(value(&label)).or_default().insert(split.to_owned());
        }
    }
    splits
}

/// Names of families that belong to that split.
fn families(split: Split) -> impl Iterator<Item = String> {
    (0..).map(|number| format!("family-{number}")).filter(move |it| split_of(it) == split)
}

/// One label of each of so many families of a split.
fn some(split: Split, count: usize) -> Vec<TrainingLabel> {
    families(split).take(count).map(|family| label(LabelType::BasicQa, &family, 1)).collect()
}

#[test]
fn an_incident_lies_in_one_split() {
    let splits = splits_by(&many(), |it| it.incident.to_string());

    assert_eq!(splits.len(), 120);
    assert!(splits.values().all(|it| it.len() == 1), "{splits:?}");
}

#[test]
fn a_family_lies_in_one_split() {
    let splits = splits_by(&many(), |it| it.family.clone());

    assert_eq!(splits.len(), 60);
    assert!(splits.values().all(|it| it.len() == 1), "{splits:?}");
}

#[test]
fn every_split_has_labels() {
    let splits: BTreeSet<String> =
        splits_by(&many(), |it| it.family.clone()).into_values().flatten().collect();

    assert_eq!(splits, BTreeSet::from(["test", "train", "validation"].map(str::to_owned)));
}

#[test]
fn both_configurations_are_split_alike() {
    let dataset = dataset(&many());
    let count = |config: &str| -> BTreeMap<String, usize> {
        data(&dataset, config)
            .into_iter()
            .map(|(path, split)| (split.to_owned(), lines(&dataset, path).len()))
            .collect()
    };

    assert_eq!(count("chat"), count("labels"));
}

#[test]
fn the_manifest_counts_labels_by_split() {
    let dataset = dataset(&many());

    let counted: BTreeMap<String, u64> = data(&dataset, "labels")
        .into_iter()
        .map(|(path, split)| (split.to_owned(), lines(&dataset, path).len() as u64))
        .collect();

    assert_eq!(dataset.manifest.by_split, counted);
}

#[test]
fn a_family_never_moves_as_the_dataset_grows() {
    let train = || some(Split::Train, 3);
    let before = splits_by(&[train(), some(Split::Test, 1)].concat(), |it| it.family.clone());
    let after = splits_by(&[train(), some(Split::Test, 4), some(Split::Validation, 4)].concat(), |it| {
        it.family.clone()
    });

    for (family, split) in &before {
        assert_eq!(after.get(family), Some(split), "{family}");
    }
}

#[test]
fn there_is_always_something_to_learn_from() {
    let labels = [some(Split::Validation, 2), some(Split::Test, 2)].concat();

    let by_split = dataset(&labels).manifest.by_split;

    assert_eq!(by_split.get("train"), Some(&2), "{by_split:?}");
    assert_eq!(by_split.values().sum::<u64>(), 4);
}
