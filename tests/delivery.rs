//! The delivery contract of a function behind HTTP: what is answered, what is stored, what is sent.

mod support;

use chiron_model::Digest;
use chiron_store::{ObjectStore, Query, Record, RecordStore};
use cloudevents::AttributesReader;
use serde_json::{Value, json};
use support::{
    flaky::Flaky,
    http::{Inbox, STRUCTURED, client, request, send, serve, status},
    raw::{config_map, with},
};

/// `observe` with a sink.
struct Lab {
    store: Flaky,
    inbox: Inbox,
    url: String,
}

impl Lab {
    async fn of(names: &[&str]) -> Self {
        let (store, inbox) = (Flaky::default(), Inbox::default());
        let sink = inbox.listen().await;
        let url = serve(names, &store.ports(), Some(&sink)).await;
        Self { store, inbox, url }
    }

    async fn dead_letters(&self) -> Vec<Record> {
        self.store.memory.query(Query::of("dead-letter")).await.unwrap()
    }

    async fn raw_objects(&self) -> usize {
        self.store.memory.list("raw/").await.unwrap().len()
    }
}

fn change() -> Value {
    config_map("settings", 7, 0, &json!({"MODE": "live"}))
}

#[tokio::test]
async fn acknowledges_what_is_stored_with_an_empty_202() {
    let lab = Lab::of(&["observe"]).await;

    let answer = send(&lab.url, &change()).await;

    assert_eq!(answer.status(), 202);
    assert!(answer.bytes().await.unwrap().is_empty());
    assert_eq!(lab.raw_objects().await, 1);
    let types: Vec<String> = lab.inbox.events().iter().map(|it| it.ty().to_owned()).collect();
    assert_eq!(types, ["dev.chiron.observations.recorded.v1", "dev.chiron.watermark.advanced.v1"]);
}

#[tokio::test]
async fn takes_both_modes_in_every_spelling() {
    let lab = Lab::of(&["observe"]).await;
    let spellings = [STRUCTURED, "application/cloudevents+json; charset=UTF-8", "Application/CloudEvents+JSON"];
    for (number, spelling) in (10..).zip(spellings) {
        let event = config_map("settings", number, 0, &json!({}));

        let answer = request(&lab.url, spelling, event.to_string()).send().await.unwrap();

        assert_eq!(answer.status(), 202, "{spelling}");
    }
    for (number, spelling) in (20..).zip(["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"]) {
        let event = config_map("settings", number, 0, &json!({}));

        let answer = binary(&lab.url, spelling, &event).send().await.unwrap();

        assert_eq!(answer.status(), 202, "{spelling}");
    }
    assert_eq!(lab.inbox.ids().len(), 12);
}

fn binary(url: &str, content_type: &str, event: &Value) -> reqwest::RequestBuilder {
    let mut request = request(url, content_type, event["data"].to_string());
    for name in ["specversion", "id", "source", "type", "time", "cluster"] {
        request = request.header(format!("ce-{name}"), event[name].as_str().unwrap());
    }
    request
}

#[tokio::test]
async fn refuses_with_a_short_problem_what_it_cannot_take() {
    let lab = Lab::of(&["observe"]).await;
    let event = change();
    let no_uid = with(&event, "data", json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}));
    let cases: Vec<(&str, &str, String, u16)> = vec![
        ("not JSON", STRUCTURED, "{".to_owned(), 400),
        ("a list", STRUCTURED, "[]".to_owned(), 400),
        ("no id", STRUCTURED, with(&event, "id", Value::Null).to_string(), 400),
        ("an empty source", STRUCTURED, with(&event, "source", json!("")).to_string(), 400),
        ("an old version", STRUCTURED, with(&event, "specversion", json!("2.0")).to_string(), 400),
        ("a wrong time", STRUCTURED, with(&event, "time", json!("yesterday")).to_string(), 400),
        ("an unknown format", "application/cloudevents+xml", "<event/>".to_owned(), 400),
        ("no CloudEvent", "text/plain", "hello".to_owned(), 400),
        ("a batch", "application/cloudevents-batch+json", format!("[{event}]"), 415),
        ("an object without uid", STRUCTURED, no_uid.to_string(), 422),
        ("a type of others", STRUCTURED, with(&event, "type", json!("com.example.x")).to_string(), 422),
        ("the year 1", STRUCTURED, with(&event, "time", json!("0001-01-01T00:00:00Z")).to_string(), 400),
        ("the year 9999", STRUCTURED, with(&event, "time", json!("9999-01-01T00:00:00Z")).to_string(), 400),
        ("the year 1970", STRUCTURED, with(&event, "time", json!("1970-01-01T00:00:00Z")).to_string(), 422),
        ("the year 2100", STRUCTURED, with(&event, "time", json!("2100-01-01T00:00:00Z")).to_string(), 422),
        ("a long name", STRUCTURED, with(&no_uid, "subject", json!("x".repeat(5000))).to_string(), 422),
    ];
    for (what, content_type, body, expected) in cases {
        let answer = request(&lab.url, content_type, body).send().await.unwrap();

        assert_eq!(answer.status(), expected, "{what}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{what}");
        let body = answer.bytes().await.unwrap();
        assert!(body.len() <= 512, "{what}: {} bytes", body.len());
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["status"], expected, "{what}");
    }
    assert_eq!(lab.raw_objects().await, 0);
    // What was an event and is not acceptable is kept.
    assert_eq!(lab.dead_letters().await.len(), 3);
}

#[tokio::test]
async fn answers_the_other_paths_as_knative_expects() {
    let lab = Lab::of(&["observe"]).await;
    let get = |path: &str| client().get(format!("{}{path}", lab.url)).send();

    assert_eq!(get("/").await.unwrap().status(), 405);
    for path in ["/healthz", "/readyz", "/health/readiness", "/health/liveness"] {
        assert_eq!(get(path).await.unwrap().status(), 200, "{path}");
    }
    let options = client().request(reqwest::Method::OPTIONS, &lab.url).send().await.unwrap();
    assert_eq!(options.headers()["allow"], "POST, OPTIONS");
    send(&lab.url, &change()).await;
    let metrics = get("/metrics").await.unwrap().text().await.unwrap();
    assert!(metrics.contains("chiron_events_handled_total{function=\"observe\",outcome=\"handled\"} 1"), "{metrics}");
}

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
    let observe = Lab { ..Lab::of(&["observe"]).await };
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

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_its_loss_is_recorded() {
    let lab = Lab::of(&["observe"]).await;
    let event = config_map("big", 1, 0, &json!({"blob": "x".repeat(3 << 20)})).to_string();

    let answer = request(&lab.url, STRUCTURED, event.clone()).send().await.unwrap();

    assert_eq!(answer.status(), 413);
    assert!(answer.bytes().await.unwrap().len() <= 512);
    let letters = lab.dead_letters().await;
    let told = letters[0].body["error"].as_str().unwrap();
    assert!(told.contains(Digest::of(event.as_bytes()).as_str()), "{told}");
    assert!(told.contains("dev.knative.apiserver.resource.update"), "{told}");
    assert!(told.contains(&event.len().to_string()), "{told}");
    assert_eq!(letters[0].status, "lost");
}

#[tokio::test]
async fn a_body_just_under_the_limit_is_taken() {
    let lab = Lab::of(&["observe"]).await;

    let taken = status(&lab.url, &config_map("big", 1, 0, &json!({"blob": "x".repeat((2 << 20) - 1000)}))).await;

    assert_eq!(taken, 202);
}

#[tokio::test]
async fn one_output_without_a_sink_is_the_reply() {
    let store = Flaky::default();
    let url = serve(&["plan"], &store.ports(), None).await;
    let text = chiron::examples::EXAMPLES.iter().find(|(ty, _)| ty.contains("diagnosis")).unwrap().1;
    let cause = with(&serde_json::from_str(text).unwrap(), "id", json!("ä \"100%\""));

    let answer = send(&url, &cause).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/cloudevents+json; charset=utf-8");
    let reply: Value = answer.json().await.unwrap();
    assert_eq!(reply["type"], "dev.chiron.plan.proposed.v1");
    assert_eq!(reply["source"], "/functions/plan");
    assert_eq!(reply["datacontenttype"], "application/json");
    for (name, value) in reply.as_object().unwrap().iter().filter(|(name, _)| *name != "data") {
        let text = value.as_str().unwrap();
        let is_safe = |c: char| c.is_ascii_graphic() && !"\"'%".contains(c);
        assert!(!text.is_empty() && text.chars().all(is_safe), "{name}: {text:?}");
    }
    let again: Value = send(&url, &cause).await.json().await.unwrap();
    assert_eq!(again, reply, "the same work done twice emits the same ids");
}

#[tokio::test]
async fn several_functions_share_a_process_and_get_their_types() {
    let lab = Lab::of(&["observe", "assess", "detect"]).await;
    send(&lab.url, &change()).await;
    let recorded = serde_json::to_value(&lab.inbox.events()[0]).unwrap();

    assert_eq!(status(&lab.url, &recorded).await, 202);

    let keys: Vec<String> = lab.store.memory.states().into_keys().collect();
    assert!(keys.iter().any(|key| key.starts_with("assess#live#lab/shop")), "{keys:?}");
    assert!(keys.iter().any(|key| key.starts_with("detect#live#lab/")), "{keys:?}");
}

#[tokio::test]
async fn large_data_travels_by_reference() {
    let lab = Lab::of(&["diagnose"]).await;
    let text = chiron::examples::EXAMPLES.iter().find(|(ty, _)| ty.contains("incident.opened")).unwrap().1;
    let mut opened: Value = serde_json::from_str(text).unwrap();
    opened["data"]["incident"]["findings"][0]["message"] = json!("x".repeat(70_000));

    assert_eq!(status(&lab.url, &opened).await, 202);

    let sent = serde_json::to_value(&lab.inbox.events()[0]).unwrap();
    assert!(sent.get("data").is_none());
    let object = lab.store.memory.objects()[sent["dataref"].as_str().unwrap()].clone();
    assert_eq!(sent["datasize"], object.len().to_string());
    assert_eq!(sent["datasha256"], Digest::of(&object).as_str());
    let ports = lab.store.ports();
    let url = serve(&["plan"], &ports, None).await;
    assert_eq!(status(&url, &sent).await, 200, "the next function fetches it");
}
