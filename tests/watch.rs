//! `chiron watch` as a process of its own: every change reaches the sink, in its order, whatever becomes of either.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[allow(dead_code, reason = "each test uses its part of it")]
#[path = "../functions/watch/tests/server/mod.rs"]
mod server;
mod support;

use serde_json::{Value, json};
use server::{Answer, Server};
use std::{fs, path::Path};
use support::{
    http::Inbox,
    platform::{LOCAL, Platform},
    process::{Process, chiron, page, run, until},
};

fn watch(folder: &Path, sink: &str) -> Process {
    let config = folder.join("config").display().to_string();
    let data = folder.join("data").display().to_string();
    Process::start(&mut chiron(&[
        "--data-dir",
        &data,
        "watch",
        "--kubeconfig",
        &config,
        "--name",
        "prod",
        "--sink",
        sink,
    ]))
}

async fn cluster(folder: &Path) -> Server {
    let server = Server::start(Answer::Status(404)).await;
    fs::write(folder.join("config"), server.kubeconfig()).unwrap();
    server
}

/// The pods that were told, in that order.
fn told(inbox: &Inbox) -> Vec<String> {
    let mut found = Vec::new();
    for event in inbox.events() {
        let event = serde_json::to_value(event).unwrap();
        if event["kind"] == "Pod" {
            assert_eq!(event["cluster"], "prod");
            found.push(event["name"].as_str().unwrap().to_owned());
        }
    }
    found
}

fn well() -> Value {
    json!({"state": {"running": {}}, "ready": true, "restartCount": 0})
}

/// Asks it to end, and waits until it did.
async fn stop(mut process: Process) {
    process.terminate();
    assert_eq!(process.end().await.code, Some(0));
}

async fn until_told(inbox: &Inbox, expected: &[&str]) {
    let what = format!("{expected:?}");
    until(&what, async || (told(inbox) == expected).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_reaches_the_sink_and_the_next_process_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = cluster(folder.path()).await;
    let inbox = Inbox::default();
    let sink = inbox.listen().await;
    let well = well();
    server.put("a", &well);

    let first = watch(folder.path(), &sink);
    until_told(&inbox, &["a"]).await;
    server.put("b", &well);
    until_told(&inbox, &["a", "b"]).await;
    stop(first).await;
    server.put("c", &well);
    let second = watch(folder.path(), &sink);

    until_told(&inbox, &["a", "b", "c"]).await;
    assert!(
        inbox
            .events()
            .iter()
            .any(|it| { serde_json::to_value(it).unwrap()["type"] == "dev.chiron.observation.lapsed.v1" })
    );
    stop(second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sink_that_is_down_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = cluster(folder.path()).await;
    let inbox = Inbox::default();
    let sink = inbox.listen().await;
    inbox.set_down(true);
    for name in ["a", "b"] {
        server.put(name, &well());
    }

    let process = watch(folder.path(), &sink);
    until("a list of pods", async || (!server.asked("/pods").is_empty()).then_some(())).await;
    inbox.set_down(false);

    until_told(&inbox, &["a", "b"]).await;
    stop(process).await;
}

#[tokio::test]
async fn watch_without_a_sink_says_what_is_missing() {
    let ended = run(&["watch", "--kubeconfig", "nowhere"]).await;

    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("--sink") && ended.err.contains("K_SINK"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_says_how_it_sees_each_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let server = cluster(folder.path()).await;
    server.put("a", &well());
    let config = folder.path().join("config").display().to_string();
    let data = folder.path().join("data").display().to_string();
    let platform = Platform::listen(&mut chiron(&[
        "--data-dir",
        &data,
        "up",
        "--listen",
        LOCAL,
        "--kubeconfig",
        &config,
    ]))
    .await;

    let seen = until("pods that are live", async || {
        let (_, text) = page(&format!("{}/clusters", platform.url)).await?;
        let clusters: Value = serde_json::from_str(&text).ok()?;
        let kinds = clusters[0]["kinds"].as_array()?.clone();
        kinds.into_iter().find(|it| it["resource"] == "pods" && it["state"] == "live" && it["objects"] == 1)
    })
    .await;

    assert!(!seen["newest"].is_null());
}
