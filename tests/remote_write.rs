//! Prometheus writes its samples to the platform: 1.0 from a real one, 2.0 from what Go's own encoder wrote.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

#[path = "prometheus/history.rs"]
#[allow(dead_code, reason = "shared with another test")]
mod history;
mod support;

use history::{programs, until};
use serde_json::Value;
use std::{path::Path, time::Duration};
use support::{
    http::client,
    platform::{LOCAL, Platform, up},
    process::run,
};

const DEADLINE: Duration = Duration::from_mins(1);
const V1: &[u8] = include_bytes!("../shared/prometheus/tests/fixtures/write_1_0.snappy");
const V2: &[u8] = include_bytes!("../shared/prometheus/tests/fixtures/write_2_0.snappy");
const OF_V2: &str = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

async fn write(url: &str, ty: &str, body: &'static [u8]) -> reqwest::Response {
    let request = client().post(format!("{url}/api/v1/write")).header("content-type", ty);
    request.header("content-encoding", "snappy").body(body).send().await.unwrap()
}

async fn series(folder: &Path, text: &str) -> Vec<Value> {
    let place =
        ["--cluster", "local", "--lane", "live", "-o", "json", "--data-dir", folder.to_str().unwrap()];
    let found = run(&[&["detector", "inspect", text][..], &place].concat()).await.json();
    found["series"].as_array().unwrap().clone()
}

/// Both fixtures hold one series without a name, which no receiver can take.
#[tokio::test(flavor = "multi_thread")]
async fn of_both_versions_the_good_is_stored_and_the_bad_is_told() {
    let data = tempfile::tempdir().unwrap();
    let platform = Platform::start(data.path()).await;

    for (ty, body) in [("application/x-protobuf", V1), (OF_V2, V2)] {
        let answer = write(&platform.url, ty, body).await;

        assert_eq!(answer.status(), 400);
        let written = answer.headers()["x-prometheus-remote-write-samples-written"].to_str().unwrap();
        assert!(written.parse::<u64>().unwrap() > 0, "{ty}");
        assert!(answer.text().await.unwrap().contains("__name__"), "{ty}");
    }
    until(DEADLINE, "series", async || Some(series(data.path(), "").await).filter(|it| !it.is_empty())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_remote_write_is_refused_with_a_reason() {
    let data = tempfile::tempdir().unwrap();
    let platform = Platform::start(data.path()).await;

    let garbage = write(&platform.url, "application/x-protobuf", b"\xff\xff\xff\xff garbage").await;
    let other = write(&platform.url, "application/json", b"{}").await;

    assert_eq!(garbage.status(), 400);
    assert_eq!(other.status(), 415);
    assert!(!garbage.text().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_token_nothing_is_taken() {
    let data = tempfile::tempdir().unwrap();
    let mut command = up(data.path(), LOCAL);
    command.args(["--token", "sesame"]);
    let platform = Platform::listen(&mut command).await;

    assert_eq!(write(&platform.url, "application/x-protobuf", V1).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_prometheus_writes_its_own_samples() {
    let Some(programs) = programs() else {
        println!("skipped: prometheus is not installed (apt-get install prometheus): its remote write");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let platform = Platform::start(data.path()).await;

    let _server = history::Server::writing(&programs, &platform.url);

    let found = until(DEADLINE, "samples of Prometheus itself", async || {
        let found = series(data.path(), "prometheus_tsdb_head_series").await;
        found.into_iter().find(|it| it["samples"].as_u64().unwrap() >= 3)
    })
    .await;
    assert_eq!(found["dropped"], 0, "{found}");
}
