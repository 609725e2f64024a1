//! The delivery contract when things go wrong: duplicates, quarantine, stores and sinks that are down, dead letters.

mod support;

use chiron_store::ObjectStore;
use cloudevents::AttributesReader;
use serde_json::{Value, json};
use support::{
    http::{send, status},
    lab::{Lab, change},
    raw::{config_map, with},
};

#[tokio::test]
async fn fifty_deliveries_of_one_event_have_one_effect() {
    let lab = Lab::of(&["observe"]).await;
    let event = change();
    assert_eq!(status(&lab.url, &event).await, 202);
    let once = lab.inbox.ids();

    let all = (0..50).map(|_| status(&lab.url, &event));
    let statuses = futures::future::join_all(all).await;

    assert!(statuses.iter().all(|it| *it == 202), "{statuses:?}");
    assert_eq!(lab.raw_objects().await, 1);
    assert_eq!(lab.inbox.ids(), once, "a redelivery sends the same events again, or none");
}

#[tokio::test]
async fn one_name_with_two_payloads_is_quarantined() {
    let lab = Lab::of(&["observe"]).await;
    assert_eq!(status(&lab.url, &change()).await, 202);
    let other = with(&change(), "data", config_map("other", 9, 0, &json!({}))["data"].clone());

    let answer = send(&lab.url, &other).await;

    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("quarantined"));
    let letters = lab.dead_letters().await;
    assert_eq!(letters[0].body["event"]["data"]["metadata"]["name"], "other");
    assert_eq!(lab.raw_objects().await, 1);
}

#[tokio::test]
async fn a_store_that_is_down_is_a_503_with_a_time_to_come_back() {
    let lab = Lab::of(&["observe"]).await;
    lab.store.set_down(true);

    let answer = send(&lab.url, &change()).await;

    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert!(lab.inbox.events().is_empty());
    lab.store.set_down(false);
    assert_eq!(status(&lab.url, &change()).await, 202);
    assert_eq!(lab.raw_objects().await, 1);
}

#[tokio::test]
async fn outputs_that_could_not_be_sent_are_sent_when_the_event_comes_again() {
    let lab = Lab::of(&["observe", "assess"]).await;
    send(&lab.url, &change()).await;
    let recorded = serde_json::to_value(&lab.inbox.events()[0]).unwrap();
    lab.inbox.set_down(true);

    let first = status(&lab.url, &pod_that_crashes(&recorded)).await;

    assert_eq!(first, 503, "saved, but not sent");
    let states = lab.store.memory.states();
    let commits = lab.store.commits();
    lab.inbox.set_down(false);
    lab.inbox.clear();
    assert_eq!(status(&lab.url, &pod_that_crashes(&recorded)).await, 202);
    assert!(lab.inbox.events().iter().all(|it| it.ty() == "dev.chiron.finding.raised.v1"));
    assert!(!lab.inbox.events().is_empty());
    assert_eq!(lab.store.memory.states(), states, "nothing is learned twice");
    assert_eq!(lab.store.commits(), commits);
}

/// The event of stored observations, with a pod that was killed for want of memory in it.
fn pod_that_crashes(recorded: &Value) -> Value {
    let mut event = with(recorded, "id", json!("crash"));
    let terminated = json!({"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-11-21T04:30:05Z"});
    let mut observation = event["data"]["observations"][0].clone();
    observation["id"] = json!("0f4e1de2-9c4f-5c0e-9d3f-6f0a7f1b2c3d");
    observation["object"] = json!({"cluster": "lab", "apiVersion": "v1", "kind": "Pod", "namespace": "shop",
        "name": "web-1", "uid": "uid-web-1"});
    observation["body"] = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "shop", "uid": "uid-web-1",
            "creationTimestamp": "2026-11-21T04:29:55Z"},
        "spec": {"containers": [{"name": "web", "image": "web:1", "resources": {"limits": {"memory": "24Mi"}}}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "web", "restartCount": 1, "ready": false,
            "image": "web:1", "state": {"terminated": terminated}, "lastState": {"terminated": terminated}}]},
    });
    event["data"]["observations"] = json!([observation]);
    event
}

#[tokio::test]
async fn the_sink_is_tried_again_within_one_delivery() {
    let lab = Lab::of(&["observe"]).await;
    lab.inbox.answer_next(&[503, 500, 429]);

    assert_eq!(status(&lab.url, &change()).await, 202);

    assert_eq!(lab.inbox.events().len(), 2);
}

#[tokio::test]
async fn what_fails_five_times_is_a_dead_letter_and_can_be_replayed() {
    let lab = Lab::of(&["assess"]).await;
    let observe = Lab::of(&["observe"]).await;
    send(&observe.url, &change()).await;
    let mut recorded = serde_json::to_value(&observe.inbox.events()[0]).unwrap();
    recorded["data"]["observations"] = json!([]);

    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(status(&lab.url, &recorded).await);
    }

    assert_eq!(statuses, [503, 503, 503, 503, 202], "the fifth failure is answered as if it were handled");
    let letters = lab.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!((&letters[0].status[..], &letters[0].body["attempts"]), ("open", &json!(5)));
    assert_eq!(letters[0].body["event"]["id"], recorded["id"]);

    for (key, bytes) in observe.store.memory.objects() {
        lab.store.memory.put(&key, bytes).await.unwrap();
    }
    assert_eq!(status(&lab.url, &letters[0].body["event"]).await, 202);
    assert_eq!(lab.store.memory.states().len(), 1, "now it was handled");
}
