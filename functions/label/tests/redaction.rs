//! Credentials appear in labels as numbers, so that equal incidents give equal labels whatever the key was.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use chiron_model::{Change, Finding, TrainingLabel, marker};
use serde_json::{Value, json};
use support::{diagnosis, excerpt, fault, finding, labels, suspect, verified};

/// The labels of an incident whose changed value went from one to the other.
fn changed(from: Value, to: Value) -> Vec<TrainingLabel> {
    let change = Change { from, to, ..fault() };
    labels(verified(diagnosis(Finding { suspects: vec![suspect(change)], ..finding() })))
}

fn url(hash: &str) -> Value {
    json!(format!("tcp://shop:{}@db", marker("url-password", hash)))
}

fn written(label: &TrainingLabel) -> String {
    serde_json::to_string(label).unwrap()
}

#[test]
fn credentials_are_numbered() {
    for label in changed(url("0a1b2c"), url("3d4e5f")) {
        let written = written(&label);

        assert!(written.contains("<redacted-url-password-1>"), "{written}");
        assert!(written.contains("<redacted-url-password-2>"), "{written}");
        assert!(!written.contains("[redacted:") && !written.contains("0a1b2c"), "{written}");
    }
}

#[test]
fn equal_credentials_have_equal_numbers() {
    for label in changed(url("0a1b2c"), json!({"old": url("0a1b2c")})) {
        let written = written(&label);

        assert!(written.contains("<redacted-url-password-1>"), "{written}");
        assert!(!written.contains("<redacted-url-password-2>"), "{written}");
    }
}

#[test]
fn the_key_of_the_redaction_leaves_no_trace() {
    let one = changed(url("0a1b2c"), url("3d4e5f"));
    let other = changed(url("aaaaaa"), url("bbbbbb"));

    assert_eq!(one, other);
}

#[test]
fn credentials_in_observations_are_numbered() {
    let mut crashed = finding();
    crashed.excerpts.push(excerpt(&format!("cannot reach {}", marker("url", "0a1b2c")), 1));

    for label in labels(verified(diagnosis(crashed))) {
        assert!(label.context.observations.iter().any(|it| it.ends_with("cannot reach <redacted-url-1>")));
    }
}

// Long values are cut before they are put into sentences.
#[test]
fn credentials_in_long_values_are_numbered_whole() {
    let long = json!(format!("{}{}", "x".repeat(225), marker("url-password", "0a1b2c3d4e5f")));

    for label in changed(long, json!("short")) {
        assert!(!written(&label).contains("[redacted:"), "{}", written(&label));
        assert!(label.answer.contains("to \"short\" at 09:59:55.000"), "{}", label.answer);
    }
}

#[test]
fn labels_without_credentials_are_left_as_they_are() {
    for label in changed(json!("64Mi"), json!("24Mi")) {
        assert!(!written(&label).contains("redacted-"), "{}", written(&label));
    }
}
