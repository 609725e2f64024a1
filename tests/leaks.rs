//! What a label shows a model ends where the diagnosis began: nothing of the repair is in its question or its context.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support")]

mod support;

use chiron_model::{Id, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use support::recordings::{BROKEN, events, replayed};

/// When the operator began to repair.
const REPAIRED_AT: [(&str, &str); 7] = [
    ("shop-env", "2026-11-21T04:21:27.184654806Z"),
    ("shop-oom", "2026-11-21T04:21:28.266969346Z"),
    ("shop-image", "2026-11-21T04:21:29.062706632Z"),
    ("shop-probe", "2026-11-21T04:21:29.754826429Z"),
    ("shop-schedule", "2026-11-21T04:21:30.356780229Z"),
    ("shop-quota", "2026-11-21T04:21:31.072185027Z"),
    ("shop-selector", "2026-11-21T04:21:31.626393758Z"),
];

fn repaired_at(file: &str) -> Timestamp {
    let (_, at) = REPAIRED_AT.iter().find(|(name, _)| *name == file).unwrap();
    at.parse().unwrap()
}

fn time(event: &Value) -> Timestamp {
    event["time"].as_str().unwrap().parse().unwrap()
}

/// All texts and numbers in a value.
fn leaves(value: &Value, found: &mut Vec<String>) {
    for inside in value.as_object().into_iter().flat_map(serde_json::Map::values) {
        leaves(inside, found);
    }
    for inside in value.as_array().into_iter().flatten() {
        leaves(inside, found);
    }
    if let Some(text) = value.as_str() {
        found.push(text.to_owned());
    } else if value.is_number() {
        found.push(value.to_string());
    }
}

/// Names, values and numbers in a text; words without digits are everybody's.
fn words(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-._:/".contains(c));
    parts
        .map(|part| part.trim_matches(['-', '.', '_', ':', '/']))
        .filter(|part| tells(part))
        .map(str::to_owned)
        .collect()
}

/// Small numbers count things; others, and what mixes digits with letters, come from somewhere.
fn tells(word: &str) -> bool {
    let has = |test: fn(&char) -> bool| word.chars().any(|c| test(&c));
    has(char::is_ascii_digit) && (has(char::is_ascii_alphabetic) || word.len() >= 4)
}

/// What a recording tells only from the repair on: words, and names of field managers.
fn late(file: &str) -> BTreeSet<String> {
    let repaired_at = repaired_at(file);
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for event in events(file) {
        let told = if time(&event) < repaired_at { &mut before } else { &mut after };
        let mut texts = Vec::new();
        leaves(&event["data"], &mut texts);
        told.extend(texts.iter().flat_map(|text| words(text)));
        let writers = event["data"]["metadata"]["managedFields"].as_array().into_iter().flatten();
        told.extend(writers.filter_map(|it| it["manager"].as_str()).map(str::to_owned));
    }
    after.difference(&before).cloned().collect()
}

/// Words of a text that are told only from the repair on.
fn leaked(text: &str, late: &BTreeSet<String>) -> Vec<String> {
    let is_edge = |c: char| !c.is_ascii_alphanumeric() && c != '-';
    let managers = text.split(is_edge).map(str::to_owned);
    managers.chain(words(text)).filter(|word| late.contains(word)).collect()
}

/// What a row shows a model before it answers.
fn shown(row: &Value) -> String {
    let mut texts = Vec::new();
    for part in [&row["context"], &row["question"]] {
        leaves(part, &mut texts);
    }
    let messages = row["messages"].as_array().into_iter().flatten();
    for message in messages.filter(|it| it["role"] != "assistant") {
        leaves(&message["content"], &mut texts);
    }
    texts.join("\n")
}

/// Times of the day in a text.
fn clocks(text: &str) -> Vec<Timestamp> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let times = parts.map(|part| part.trim_matches(['.', ':']));
    times.filter_map(|part| format!("2026-11-21T{part}Z").parse().ok()).collect()
}

#[test]
fn nothing_that_came_with_the_repair_is_shown() {
    for file in BROKEN {
        let late = late(file);
        let rows =
            ["labels", "chat"].into_iter().flat_map(|configuration| replayed(file).rows(configuration));
        let shown: Vec<String> = rows.map(|row| shown(&row)).collect();

        let leaked: Vec<String> = shown.iter().flat_map(|text| leaked(text, &late)).collect();

        assert!(shown.len() >= 6 && shown.iter().all(|text| text.len() > 200), "{file}: {shown:?}");
        assert!(leaked.is_empty(), "{file}: {leaked:?}");
    }
}

#[test]
fn no_time_after_the_diagnosis_is_shown() {
    for file in BROKEN {
        for row in replayed(file).rows("labels") {
            let until: Timestamp = row["context"]["until"].as_str().unwrap().parse().unwrap();

            let clocks = clocks(&shown(&row));

            assert!(until < repaired_at(file), "{file}: {until}");
            assert!(!clocks.is_empty(), "{file}: symptoms have times");
            assert!(clocks.iter().all(|at| *at <= until), "{file}: {until} {clocks:?}");
            let changed_at: Timestamp = row["root_cause"]["changed_at"].as_str().unwrap().parse().unwrap();
            assert!(changed_at <= until, "{file}: the cause came after it was found");
        }
    }
}

#[test]
fn every_cited_observation_was_made_before_the_diagnosis() {
    for file in BROKEN {
        let made = observations(file);
        for row in replayed(file).rows("labels") {
            let until: Timestamp = row["context"]["until"].as_str().unwrap().parse().unwrap();
            let cited = row["provenance"]["observations"].as_array().unwrap();
            let evidence = row["root_cause"]["evidence"].as_array().unwrap();

            let ids: Vec<&str> = cited.iter().chain(evidence).filter_map(Value::as_str).collect();

            assert!(!cited.is_empty() && !evidence.is_empty(), "{file}");
            for id in ids {
                let at = made.get(id).unwrap_or_else(|| panic!("{file}: {id} is not in the recording"));
                assert!(*at <= until, "{file}: {id} was made at {at}, the diagnosis began at {until}");
            }
        }
    }
}

/// When each observation of a recording was made, by its id.
fn observations(file: &str) -> BTreeMap<String, Timestamp> {
    let mut made: BTreeMap<String, Timestamp> = BTreeMap::new();
    for event in events(file) {
        let metadata = &event["data"]["metadata"];
        let (uid, version) =
            (metadata["uid"].as_str().unwrap(), metadata["resourceVersion"].as_str().unwrap());
        let is_gone = event["type"] == "dev.knative.apiserver.resource.delete";
        let id = Id::derive(&["recording", uid, version, if is_gone { "delete" } else { "" }]).to_string();
        let at = time(&event);
        let first = made.entry(id).or_insert(at);
        *first = at.min(*first);
    }
    made
}

#[test]
fn the_answers_would_be_caught_as_leaks() {
    // They tell the outcome, so they are what a leak looks like.
    for (file, told) in
        [("shop-oom", "128Mi"), ("shop-env", "kubectl-patch"), ("shop-quota", "kubectl-patch")]
    {
        let rows = replayed(file).rows("labels");
        let answers: Vec<&str> = rows.iter().filter_map(|row| row["answer"].as_str()).collect();

        let caught = leaked(&answers.join("\n"), &late(file));

        assert!(caught.iter().any(|word| word == told), "{file}: {caught:?}");
        let latest = clocks(&answers.join("\n")).into_iter().max().unwrap();
        assert!(latest >= repaired_at(file).minus(std::time::Duration::from_millis(1)), "{file}: {latest}");
    }
}
