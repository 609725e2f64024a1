//! `chiron deadletter`: what could not be handled is seen, and is given to its function again.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use chiron_model::{Lane, Timestamp};
use chiron_runtime::{DeadLetter, wire::from_json};
use chiron_store::{Commit, Record};
use serde_json::json;
use support::{
    cloud::Cloud,
    desk::{Desk, example, hints_exist, list},
    process::run,
};

/// An event that `plan` could not handle.
fn letter() -> Record {
    let letter = DeadLetter {
        id: "0a1b2c3d-b29e-57b5-b1ea-df5fe43a0959".to_owned(),
        function: "plan".to_owned(),
        error: "S3 was down".to_owned(),
        attempts: 5,
        kept_at: Timestamp::from_secs(1_795_235_000),
        event: Some(from_json(example("diagnosis").as_bytes()).unwrap()),
    };
    Record {
        kind: "dead-letter".to_owned(),
        id: letter.id.clone(),
        schema_version: 1,
        status: "open".to_owned(),
        at: letter.kept_at,
        object: "lab/shop-oom/Deployment/web".to_owned(),
        lane: Lane::live(),
        body: serde_json::to_value(&letter).unwrap(),
    }
}

#[tokio::test]
async fn a_letter_is_replayed_when_its_cause_is_gone() {
    let cloud = Cloud::start().await;
    let data = cloud.folder().to_str().unwrap();
    let commit = Commit { records: vec![letter()], ..Commit::default() };
    cloud.ports().states.commit(commit).await.unwrap();

    let table = run(&["deadletter", "list", "--data-dir", data]).await.out;
    let replayed = run(&["deadletter", "replay", "0a1b2c3d", "--data-dir", data]).await;

    for word in ["0a1b2c3d", "open", "plan", "dev.chiron.diagnosis.completed.v1", "S3 was down"] {
        assert!(table.contains(word), "{word} is not in {table}");
    }
    assert_eq!(replayed.out, "0a1b2c3d: handled\n1 handled, 0 not\n", "{replayed:?}");
    assert_eq!(list(&run(&["plan", "list", "-o", "json", "--data-dir", data]).await).len(), 1);
    let left = list(&run(&["deadletter", "list", "-o", "json", "--data-dir", data]).await);
    assert_eq!(left[0]["status"], "replayed");
    assert_eq!(run(&["deadletter", "replay", "--data-dir", data]).await.out, "0 handled, 0 not\n");
}

#[tokio::test]
async fn a_dead_letter_that_fails_again_stays() {
    let desk = Desk::new();
    let strange = desk.file("tick.json", &example("clock.ticked"));

    let refused = desk.run(&["function", "invoke", "plan", "--event", &strange]).await;
    let replayed = desk.run(&["deadletter", "replay"]).await;

    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.starts_with("plan: event rejected: expected type dev.chiron.diagnosis"),
        "{refused:?}"
    );
    assert_eq!(replayed.code, Some(1));
    assert!(replayed.out.ends_with("0 handled, 1 not\n"), "{replayed:?}");
    let left = list(&desk.run(&["deadletter", "list", "-o", "json"]).await);
    assert_eq!((left.len(), &left[0]["status"], &left[0]["function"]), (1, &json!("open"), &json!("plan")));
}

#[tokio::test]
async fn the_hint_about_dead_letters_can_be_typed() {
    let desk = Desk::new();
    let event = desk.file("event.json", &example("diagnosis"));
    desk.run(&["function", "invoke", "plan", "--event", &event]).await;

    let ended = desk.run(&["deadletter", "replay", "nonsense"]).await;

    ended.fails_with(&["nonsense", " list`"]);
    hints_exist(&ended).await;
}
