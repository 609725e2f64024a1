//! The standard queries against answers and exporters that were recorded in real clusters.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(clippy::float_cmp, reason = "numbers are recorded as they are")]

mod support;

use axum::{Router, http::StatusCode, response::IntoResponse, routing::post};
use chiron_model::Timestamp;
use chiron_prometheus::query_pack::QueryPack;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};
use support::{client, data, listen, parameter};

const ANSWERS: &str = "k8s/06-prometheus-http-api/instant-vectors-and-loki-streams.json";
const EXPORTERS: &str = "k8s/05-metrics-and-pods-k8s-1.33";

/// A server that gives the recorded answer to each query.
async fn replaying(answers: BTreeMap<String, Value>) -> String {
    let answers = Arc::new(answers);
    let answer = move |form: String| {
        let query = parameter(&form, "query").unwrap();
        std::future::ready(match answers.get(&query) {
            Some(answer) => answer.to_string().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        })
    };
    listen(Router::new().route("/api/v1/query", post(answer))).await
}

#[tokio::test]
async fn every_recorded_answer_is_read() {
    let Some(path) = data(ANSWERS) else {
        return println!(
            "skipped: recorded answers of Prometheus, because data/k8s is not beside the project"
        );
    };
    let recorded: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let present: BTreeMap<String, Value> = serde_json::from_value(recorded["prometheus"].clone()).unwrap();
    let absent: Vec<&Value> =
        recorded["known_absent"].as_object().unwrap().values().filter(|it| it.is_object()).collect();
    let text_of = |it: &Value| it["query"].as_str().unwrap().to_owned();
    let mut all = present.clone();
    all.extend(absent.iter().map(|it| (text_of(it), it["response"].clone())));
    let client = client(&replaying(all).await);

    assert_eq!((present.len(), absent.len()), (26, 2));
    for (query, answer) in &present {
        let found = client.instant(query, Timestamp::from_secs(1)).await.unwrap();
        let expected = &answer["data"]["result"][0]["value"];
        let sample = found.series[0].samples[0];
        assert_eq!(found.series.len(), 1, "{query}");
        assert_eq!(sample.value, expected[1].as_str().unwrap().parse::<f64>().unwrap(), "{query}");
        let seconds = sample.at.seconds_since(Timestamp::from_secs(0));
        assert!((seconds - expected[0].as_f64().unwrap()).abs() < 0.001, "{query}");
    }
    for query in absent.into_iter().map(text_of) {
        let found = client.instant(&query, Timestamp::from_secs(1)).await.unwrap();
        assert!(found.series.is_empty(), "{query} is absent, which is not zero");
    }
}

#[tokio::test]
async fn the_limit_of_the_container_that_was_killed_is_read() {
    let Some(path) = data(ANSWERS) else {
        return println!(
            "skipped: recorded answers of Prometheus, because data/k8s is not beside the project"
        );
    };
    let recorded: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let pod = recorded["pods"]["oom"].as_str().unwrap();
    let answers: BTreeMap<String, Value> = serde_json::from_value(recorded["prometheus"].clone()).unwrap();
    let find =
        |start: &str| answers.keys().find(|it| it.starts_with(start) && it.contains(pod)).unwrap().clone();
    let (limit, peak) = (find("max(kube_pod_container_resource_limits"), find("max(max_over_time("));
    let client = client(&replaying(answers).await);

    let limit = client.instant(&limit, Timestamp::from_secs(1)).await.unwrap().series[0].samples[0].value;
    let peak = client.instant(&peak, Timestamp::from_secs(1)).await.unwrap().series[0].samples[0].value;

    assert_eq!(limit, 100_663_296.0);
    assert!((peak / limit - 0.916).abs() < 0.001, "{}", peak / limit);
}

/// Standard queries whose metrics the recorded cluster does not have, and why.
const NOT_THERE: &[(&str, &str)] = &[
    ("grpc_latency_p99", "etcd counts its calls and does not time them"),
    ("http_duration_error_share", "no application with metrics of its own was recorded"),
    ("http_error_share", "no application with metrics of its own was recorded"),
    ("http_latency_mean", "no application with metrics of its own was recorded"),
    ("http_latency_p99", "no application with metrics of its own was recorded"),
    ("http_request_rate", "no application with metrics of its own was recorded"),
    ("http_server_error_share", "no application with metrics of its own was recorded"),
    ("ingress_error_share", "there is no ingress-nginx"),
    ("ingress_latency_p99", "there is no ingress-nginx"),
    ("mesh_error_share", "there is no Istio"),
    ("mesh_latency_p99", "there is no Istio"),
    ("mesh_request_rate", "there is no Istio"),
    ("node_cpu_share", "node-exporter was not installed"),
    ("node_disk_share", "node-exporter was not installed"),
    ("node_memory_share", "node-exporter was not installed"),
    ("target_up", "Prometheus itself makes it, no exporter does"),
    ("volume_inode_share", "only cAdvisor of the kubelet was recorded"),
    ("volume_usage_share", "only cAdvisor of the kubelet was recorded"),
];

#[test]
fn every_standard_query_finds_its_metrics_in_a_real_cluster() {
    let Some(folder) = data(EXPORTERS) else {
        return println!("skipped: recorded exporters, because data/k8s is not beside the project");
    };
    let mut known = BTreeSet::new();
    for file in [
        "kubelet/metrics/cadvisor",
        "ksm/metrics",
        "controlplane/controller-manager/metrics",
        "controlplane/scheduler/metrics",
        "controlplane/etcd/metrics",
    ] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        known.extend(text.lines().filter(|it| !it.starts_with('#')).map(|it| name(it).to_owned()));
    }

    let missing: BTreeMap<String, BTreeSet<String>> = QueryPack::standard()
        .queries
        .iter()
        .map(|query| {
            let selectors = query.selectors().unwrap();
            let names = selectors.iter().map(|it| name(it).to_owned());
            (query.name.to_string(), names.filter(|it| !known.contains(it)).collect::<BTreeSet<_>>())
        })
        .filter(|(_, missing)| !missing.is_empty())
        .collect();

    let expected: BTreeSet<&str> = NOT_THERE.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = missing.keys().map(String::as_str).collect();
    assert_eq!(found, expected, "{missing:#?}");
}

/// The name of a metric at the beginning of a sample or a selector.
fn name(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':').next().unwrap()
}
