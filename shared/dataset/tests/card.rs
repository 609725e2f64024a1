//! The card tells people what is in a dataset, and programs where its rows are.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use chiron_model::{LabelType, Manifest};
use support::{built, dataset, label, many};

fn card(name: &str) -> (String, Manifest) {
    let mut dataset = built(name, &many());
    let bytes = dataset.files.remove("README.md").unwrap();
    (String::from_utf8(bytes).unwrap(), dataset.manifest)
}

/// What programs read: the lines between the first two rules.
fn header(text: &str) -> Vec<&str> {
    text.lines().skip(1).take_while(|line| *line != "---").collect()
}

#[test]
fn it_names_the_dataset_and_its_version() {
    let (text, manifest) = card("shop-incidents");

    assert!(text.contains("pretty_name: shop-incidents\n") && text.contains("# shop-incidents\n"), "{text}");
    assert!(text.contains(&manifest.version) && text.contains(&manifest.sealed_at.to_string()), "{text}");
}

#[test]
fn it_counts_labels_by_type_and_split() {
    let (text, manifest) = card("incidents");

    assert!(text.contains("360 training labels"), "{text}");
    for (name, count) in manifest.by_type.iter().chain(&manifest.by_split) {
        assert!(text.contains(&format!("| {name} | {count} |\n")), "{name}: {text}");
    }
}

#[test]
fn every_path_in_it_matches_a_file() {
    let dataset = dataset(&many());
    let (text, _) = card("incidents");

    let globs: Vec<&str> =
        header(&text).into_iter().filter_map(|it| it.trim().strip_prefix("path: ")).collect();

    assert_eq!(globs.len(), 6, "two configurations of three splits: {globs:?}");
    for glob in globs {
        let (start, end) = glob.split_once('*').unwrap();
        let found = dataset.files.keys().any(|it| it.starts_with(start) && it.ends_with(end));
        assert!(found, "{glob} matches nothing");
    }
}

#[test]
fn one_configuration_is_the_default() {
    let (text, _) = card("incidents");

    let header = header(&text);
    let names: Vec<&str> = header.iter().filter_map(|it| it.strip_prefix("- config_name: ")).collect();
    assert_eq!(names, ["chat", "labels"]);
    assert_eq!(header.iter().filter(|it| it.trim() == "default: true").count(), 1);
}

#[test]
fn it_tells_the_licence_and_the_size() {
    let (text, _) = card("incidents");

    let header = header(&text);
    assert!(text.starts_with("---\n"));
    assert!(header.contains(&"license: apache-2.0") && header.contains(&"- n<1K"), "{header:?}");
}

#[test]
fn it_names_only_splits_that_have_labels() {
    let mut dataset = dataset(&[label(LabelType::BasicQa, "family", 1)]);
    let text = String::from_utf8(dataset.files.remove("README.md").unwrap()).unwrap();

    let splits: Vec<&str> =
        header(&text).into_iter().filter_map(|it| it.strip_prefix("  - split: ")).collect();

    assert_eq!(splits, ["train", "train"]);
}
