//! Rows are read back as they were written, and conversations are what trainers expect.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use chiron_dataset::{Format, Row};
use chiron_model::{LabelType, TrainingLabel};
use serde_json::Value;
use support::{data, dataset, label, lines, many};

fn rows(config: &str) -> Vec<Value> {
    let dataset = dataset(&many());
    let paths = data(&dataset, config);
    paths
        .iter()
        .flat_map(|(path, _)| lines(&dataset, path))
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

#[test]
fn labels_are_read_back_as_they_were() {
    let mut read: Vec<TrainingLabel> =
        rows("labels").into_iter().map(|it| serde_json::from_value(it).unwrap()).collect();
    let mut written = many();
    read.sort_by_key(|it| it.id);
    written.sort_by_key(|it| it.id);

    assert_eq!(read, written);
}

#[test]
fn what_was_read_makes_the_same_dataset() {
    let read: Vec<TrainingLabel> =
        rows("labels").into_iter().map(|it| serde_json::from_value(it).unwrap()).collect();

    assert_eq!(dataset(&read), dataset(&many()));
}

#[test]
fn a_conversation_is_asked_and_answered_once() {
    for row in rows("chat") {
        let messages = row["messages"].as_array().unwrap();

        let roles: Vec<&str> = messages.iter().filter_map(|it| it["role"].as_str()).collect();
        assert_eq!(roles, ["system", "user", "assistant"]);
        assert!(messages.iter().all(|it| it["content"].as_str().is_some_and(|text| !text.trim().is_empty())));
    }
}

#[test]
fn a_conversation_asks_after_it_has_shown() {
    let label = label(LabelType::BasicQa, "family", 1);

    let Row::Chat { messages, .. } = Format::Chat.row(&label) else { panic!("expected a conversation") };

    let shown = [&label.context.symptoms, &label.context.changes, &label.context.observations];
    for line in shown.into_iter().flatten() {
        assert!(messages[1].content.contains(line), "{line}: {}", messages[1].content);
    }
    assert!(messages[1].content.ends_with(&label.question), "{}", messages[1].content);
    assert_eq!(messages[2].content, label.answer);
}

#[test]
fn a_conversation_names_its_label() {
    let label = label(LabelType::NetworkPolicy, "family", 1);

    let row = serde_json::to_value(Format::Chat.row(&label)).unwrap();

    assert_eq!(row["id"], label.id.to_string());
    assert_eq!(row["label_type"], "network-policy");
}
