//! The delivery contract of a function behind HTTP: what is answered, what is stored, what is sent.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use chiron_model::Digest;
use cloudevents::AttributesReader;
use serde_json::{Value, json};
use support::{
    flaky::Flaky,
    http::{STRUCTURED, client, request, send, serve, status},
    lab::{Lab, change},
    raw::{config_map, with},
};

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
    let spellings =
        [STRUCTURED, "application/cloudevents+json; charset=UTF-8", "Application/CloudEvents+JSON"];
    for (number, spelling) in (10..).zip(spellings) {
        let event = config_map("settings", number, 0, &json!({}));

        let answer = request(&lab.url, spelling, event.to_string()).send().await.unwrap();

        assert_eq!(answer.status(), 202, "{spelling}");
    }
    for (number, spelling) in
        (20..).zip(["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
    {
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
    assert!(
        metrics.contains("chiron_events_handled_total{function=\"observe\",outcome=\"handled\"} 1"),
        "{metrics}"
    );
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

    let taken =
        status(&lab.url, &config_map("big", 1, 0, &json!({"blob": "x".repeat((2 << 20) - 1000)}))).await;

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
