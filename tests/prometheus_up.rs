//! `chiron up --prometheus`: a memory leak and a latency step in a real Prometheus are told within the documented delay.
//!
//! Debian's package `prometheus` is enough (with its `promtool`, which writes the history); `CHIRON_TEST_PROMETHEUS` names
//! another program. History lies in the server before it starts, so that nobody waits for the detectors to warm up.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]
#![allow(clippy::cast_precision_loss, reason = "small numbers")]

#[path = "prometheus/history.rs"]
#[allow(dead_code, reason = "shared with another test")]
mod history;
mod support;

use axum::{Router, extract::State, routing::get};
use history::{HISTORY, Server, history, now, programs};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use support::{
    platform::{LOCAL, Platform, up},
    process::run,
};
use tokio::net::TcpListener;

/// A step and a leak are told within this time after they began.
const DELAY: Duration = Duration::from_mins(1);
/// The test gives up.
const DEADLINE: Duration = Duration::from_mins(3);

/// A query of one's own, beside the standard ones.
const QUERIES: &str = "queries:
  - name: response_time
    query: http_response_time_seconds
    type: latency
    unit: seconds
    why: what people wait for
";

/// When the faults began, in seconds since the epoch; nought before.
#[derive(Clone, Default)]
struct Faults(Arc<AtomicI64>);

async fn metrics(State(faults): State<Faults>) -> String {
    history::text(now(), faults.0.load(Ordering::SeqCst), None)
}

async fn exporter(faults: &Faults) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let app = Router::new().route("/metrics", get(metrics)).with_state(faults.clone());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

async fn anomalies(folder: &str) -> Vec<Value> {
    let list = run(&["anomaly", "list", "-o", "json", "--data-dir", folder]).await.json();
    list.as_array().unwrap().iter().map(|it| it["anomaly"].clone()).collect()
}

fn is_of(anomaly: &Value, metric: &str) -> bool {
    anomaly["metric"] == metric && anomaly["namespace"] == "shop"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_and_a_latency_step_are_told_in_time() {
    let Some(programs) = programs() else {
        println!(
            "skipped: prometheus and promtool are not installed (apt-get install prometheus): what chiron up tells of a real one"
        );
        return;
    };
    let faults = Faults::default();
    let server = Server::start(&programs, &exporter(&faults).await, &history(now()));
    let data = tempfile::tempdir().unwrap();
    let queries = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(queries.path(), QUERIES).unwrap();
    let folder = data.path().to_str().unwrap();
    let mut command = up(data.path(), LOCAL);
    command.args(["--prometheus", &server.url, "--scrape-step", "5", "--rate-window", "20"]);
    command.arg("--queries").arg(queries.path());
    command.args(["--look-back", &HISTORY.as_secs().to_string()]);
    let _platform = Platform::listen(&mut command).await;
    history::until(DEADLINE, "the past to be learned", async || {
        let found = run(&[
            "detector",
            "inspect",
            "-o",
            "json",
            "--cluster",
            "local",
            "--lane",
            "live",
            "--data-dir",
            folder,
        ])
        .await
        .json();
        let series = found["series"].as_array().unwrap();
        let warm =
            |it: &&Value| it["series"].as_str().unwrap().contains(":avg") && it["threshold"].is_number();
        let seen = series.iter().filter(warm).filter_map(|it| it["seen_at"].as_str());
        let fresh = seen.filter(|at| now() - history::seconds(at) < 30).count();
        (fresh >= 2).then_some(())
    })
    .await;
    assert_eq!(anomalies(folder).await, Vec::<Value>::new(), "nothing was wrong yet");

    let began = now();
    faults.0.store(began, Ordering::SeqCst);

    for metric in ["latency", "memory"] {
        let told = history::until(DEADLINE, metric, async || {
            anomalies(folder).await.into_iter().find(|it| is_of(it, metric))
        })
        .await;
        let delay = history::seconds(told["started_at"].as_str().unwrap()) - began;
        println!("{metric}: began {delay} s after the fault, told {} s after it: {told}", now() - began);
        assert_eq!(told["direction"], "above");
        assert!(now() - began <= i64::try_from(DELAY.as_secs()).unwrap(), "{told}");
    }
}
