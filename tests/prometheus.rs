//! What is read from a real Prometheus that scrapes a real exporter.
//!
//! Debian's package `prometheus` is enough; `CHIRON_TEST_PROMETHEUS` names another program. Each test has a server of its own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]
#![allow(clippy::float_cmp, reason = "whole numbers are told as they are")]

#[path = "prometheus/exporter.rs"]
mod exporter;
#[path = "prometheus/server.rs"]
mod server;

use chiron_events::{Context, MetricsRecorded, read_frame};
use chiron_function::{Call, Effects, Function};
use chiron_model::{MetricKind, MetricSeries, MetricType, Timestamp};
use chiron_prometheus::{
    client::{Auth, Client, ClientCertificate, ClientConfig, ClientError, Span},
    query_pack::QueryPack,
};
use chiron_scrape::{Config, Ping, Reader, Scrape, Target};
use chiron_store::{Commit, MemoryStore, StateStore};
use exporter::{BASE, Exporter, GROWTH};
use server::{Certificates, Options, Prometheus, now, program, reader};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

const SECOND: Duration = Duration::from_secs(1);

/// Starts an exporter and a Prometheus that scrapes it; prints why not when there is none.
async fn lab(options: &Options) -> Option<(Exporter, Prometheus)> {
    let Some(program) = program() else {
        println!(
            "skipped: prometheus is not installed (apt-get install prometheus): what is read from a real one"
        );
        return None;
    };
    let exporter = Exporter::default();
    let address = exporter.listen().await;
    let prometheus = Prometheus::start(&program, &address, options);
    Some((exporter, prometheus))
}

async fn value(client: &Client, query: &str) -> f64 {
    let answer = client.instant(query, now()).await.unwrap();
    assert_eq!(answer.series.len(), 1, "{query}");
    answer.series[0].samples[0].value
}

fn numbers(series: &MetricSeries) -> Vec<f64> {
    series.samples.iter().map(|it| it.value).collect()
}

#[tokio::test]
async fn queries_tell_what_the_exporter_told() {
    let Some((exporter, mut prometheus)) = lab(&Options::default()).await else { return };
    let client = prometheus.client();
    prometheus.has_scraped(&client, 4).await;
    exporter.restart();
    exporter.drop_one();
    prometheus.has_scraped(&client, 7).await;
    let until = now();
    let span = Span { from: until.minus(Duration::from_secs(30)).floor(SECOND), until };
    let range = async |query: &str| client.range(query, span, SECOND).await.unwrap().series;

    let memory = range("container_memory_working_set_bytes").await.remove(0);
    assert_eq!(
        (memory.ty, memory.kind, memory.unit.as_str()),
        (MetricType::Memory, MetricKind::Gauge, "bytes")
    );
    assert_eq!((memory.owner.namespace.as_str(), memory.owner.workload.as_str()), ("shop", "cart"));
    assert!(memory.samples.iter().all(|it| it.at == it.at.floor(SECOND)));
    let steps: Vec<f64> = numbers(&memory).iter().map(|it| (it - BASE) / GROWTH).collect();
    assert!(steps.len() >= 5 && steps.is_sorted() && steps.iter().all(|it| it.fract() == 0.0), "{steps:?}");

    let jobs = range("shop_jobs_total").await.remove(0);
    let falls = numbers(&jobs).windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!((jobs.kind, falls), (MetricKind::Counter, 1), "{:?}", numbers(&jobs));

    let carts = range("shop_carts").await.remove(0);
    assert!(
        carts.samples.last().unwrap().at < memory.samples.last().unwrap().at,
        "it is stale, not the same for ever"
    );
    for absent in ["shop_carts", "nothing_of_that_name", "shop_carts > 5"] {
        assert!(
            client.instant(absent, now()).await.unwrap().series.is_empty(),
            "{absent} is absent, not zero"
        );
    }
    assert!(value(&client, "shop_ratio").await.is_nan());
    assert_eq!(value(&client, "shop_ceiling").await, f64::INFINITY);
    assert_eq!(value(&client, "sum(queue_depth)").await, 225.0);

    let namespaces = client.label_values("namespace", &["queue_depth"], span).await.unwrap();
    assert_eq!(namespaces, ["n0", "n1", "n2", "n3", "n4"]);
    assert_eq!(client.series(&["queue_depth", "shop_ratio"], span).await.unwrap().len(), 51);
    let error = client.instant("rate(up)", now()).await.unwrap_err().to_string();
    assert!(error.contains("400 bad_data") && error.contains("expected type range vector"), "{error}");
    every_standard_query_is_understood(&client).await;
}

async fn every_standard_query_is_understood(client: &Client) {
    for query in QueryPack::standard().queries {
        let answer = client.instant(&query.over(Duration::from_secs(5)), now()).await;

        let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", query.name));
        assert!(answer.warnings.is_empty(), "{}: {:?}", query.name, answer.warnings);
    }
}

#[tokio::test]
async fn strangers_are_told_what_they_lack() {
    let Some(tls) = Certificates::make() else {
        return println!(
            "skipped: openssl is not installed (apt-get install openssl): strangers at Prometheus"
        );
    };
    let certificate = ClientCertificate {
        cert_file: tls.path("client.pem").into(),
        key_file: tls.path("client.key").into(),
    };
    let (ca_file, certificate) = (Some(tls.path("ca.pem").into()), Some(certificate));
    // It holds the files for as long as they are needed.
    let options = Options { has_password: true, tls: Some(tls), ..Options::default() };
    let Some((_exporter, mut prometheus)) = lab(&options).await else { return };
    let known = ClientConfig { ca_file, certificate, auth: reader("sesame"), ..prometheus.settings() };
    let client = |settings: &ClientConfig| Client::new(settings.clone()).unwrap();

    prometheus.has_scraped(&client(&known), 1).await;

    let insecure = ClientConfig { ca_file: None, insecure: true, ..known.clone() };
    assert_eq!(value(&client(&insecure), "up").await, 1.0);
    for stranger in [
        ClientConfig { auth: reader("poppy"), ..known.clone() },
        ClientConfig { auth: Auth::None, ..known.clone() },
    ] {
        let error = client(&stranger).instant("up", now()).await.unwrap_err();
        assert!(matches!(error, ClientError::Refused { status: 401, .. }), "{error}");
        assert!(error.to_string().contains("--prometheus-password"), "{error}");
    }
    for stranger in
        [ClientConfig { ca_file: None, ..known.clone() }, ClientConfig { certificate: None, ..known }]
    {
        let error = client(&stranger).instant("up", now()).await.unwrap_err();
        assert!(matches!(&error, ClientError::Unreachable { .. }), "{error}");
        assert!(error.to_string().to_lowercase().contains("certificate"), "{error}");
    }
}

#[tokio::test]
async fn what_is_too_much_at_once_is_asked_in_parts() {
    // Prometheus itself refuses what needs more than 40 samples.
    let options = Options { arguments: &["--query.max-samples=40"], ..Options::default() };
    let Some((_exporter, mut strict)) = lab(&options).await else { return };
    let client = strict.client();
    strict.has_scraped(&client, 1).await;
    let at_most = |max_series: usize| Client::new(ClientConfig { max_series, ..strict.settings() }).unwrap();
    let found = async |client: &Client, query: &str| {
        let series = client.instant(query, now()).await.unwrap().series;
        let ids: BTreeSet<String> = series.iter().map(|it| it.id().to_string()).collect();
        assert_eq!(ids.len(), series.len(), "{query}: none is given twice");
        (series.len(), series.iter().map(|it| it.samples[0].value).sum::<f64>())
    };

    for (client, query) in [
        (client, "queue_depth"),
        (at_most(30), "queue_depth"),
        (at_most(12), "max by (namespace, pod) (queue_depth) * 1"),
        // A namespace is too large by itself, so its pods are asked for in parts.
        (at_most(6), "queue_depth"),
        (at_most(6), "queue_depth + on (namespace, pod) group_left () queue_depth * 0"),
    ] {
        assert_eq!(found(&client, query).await, (50, 225.0), "{query}");
    }
    let until = now();
    let span = Span { from: until.minus(SECOND), until };
    let range = at_most(30).range("queue_depth", span, SECOND).await.unwrap();
    assert_eq!(range.series.len(), 50);
    for (query, why) in [
        ("sum by (pod) (queue_depth{namespace=~\"n0|n1|n2\"})", "does not keep the label namespace"),
        ("sum by (le) (http_request_duration_seconds_bucket)", "cannot be cut any further"),
    ] {
        let error = at_most(2).instant(query, now()).await.unwrap_err().to_string();
        assert!(error.contains(why), "parts of a sum are no sum: {error}");
    }
}

/// The function behind a clock of its own, and its stores.
struct Ticking {
    scrape: Scrape,
    store: MemoryStore,
    series: Vec<MetricSeries>,
}

impl Ticking {
    fn on(prometheus: &Prometheus) -> Self {
        let config = Config {
            step: SECOND,
            rate_window: Duration::from_secs(4),
            settling: SECOND,
            ..Config::of(vec![Target::Prometheus(prometheus.settings())])
        };
        let store = MemoryStore::default();
        let reader = Arc::new(Reader::new(config).unwrap());
        let scrape = Scrape::new(reader, Arc::new(store.clone()), Arc::new(store.clone()));
        Self { scrape, store, series: Vec::new() }
    }

    async fn tick(&mut self, at: Timestamp) {
        let context = Context { cluster: "lab".to_owned(), time: Some(at), ..Context::default() };
        let call = Call { context, input: Ping::default() };
        let Effects { outputs, writes, .. } = self.scrape.handle(call).await.unwrap();
        self.store.commit(Commit { states: writes, ..Commit::default() }).await.unwrap();
        for batch in outputs {
            let series = self.series_of(&batch);
            assert!(series.iter().all(|it| it.shard() == batch.shard));
            self.series.extend(series);
        }
    }

    /// The series of a batch, as they are in the bucket.
    fn series_of(&self, batch: &MetricsRecorded) -> Vec<MetricSeries> {
        let section = batch.section.as_ref().unwrap();
        let object = &self.store.objects()[&section.key];
        let start = usize::try_from(section.offset).unwrap();
        let end = start + usize::try_from(section.length).unwrap();
        let stored: Vec<MetricSeries> = read_frame(section, &object[start..end]).unwrap();
        assert_eq!(stored.len() as u64, section.count);
        stored
    }

    /// The samples of the series of that name, from all ticks.
    fn samples(&self, name: &str) -> Vec<(Timestamp, f64)> {
        let series: Vec<&MetricSeries> = self.series.iter().filter(|it| it.name == name).collect();
        assert!(series.windows(2).all(|pair| pair[0].id() == pair[1].id()), "{name}: {series:?}");
        series.iter().flat_map(|it| it.samples.iter().map(|sample| (sample.at, sample.value))).collect()
    }
}

#[tokio::test]
async fn ticks_record_what_happened_without_a_gap() {
    let Some((exporter, mut prometheus)) = lab(&Options::default()).await else { return };
    let (client, mut ticking) = (prometheus.client(), Ticking::on(&prometheus));
    prometheus.has_scraped(&client, 4).await;
    ticking.tick(now()).await;
    exporter.slow_down();
    exporter.fail();
    exporter.restart();
    prometheus.has_scraped(&client, 7).await;
    ticking.tick(now()).await;
    prometheus.has_scraped(&client, 10).await;
    ticking.tick(now()).await;

    let memory = ticking.samples("chiron:memory_working_set");
    assert!(memory.len() >= 7, "{memory:?}");
    assert!(
        memory.windows(2).all(|pair| pair[1].0 == pair[0].0.plus(SECOND)),
        "no gap, none twice: {memory:?}"
    );
    assert!(memory.windows(2).all(|pair| pair[1].1 >= pair[0].1), "{memory:?}");
    let latency = ticking.samples("chiron:http_latency_p99");
    let (before, after) = (latency[0].1, latency.last().unwrap().1);
    assert!(before <= 0.1 && after > 0.9, "{latency:?}");
    let failed = ticking.samples("chiron:http_error_share");
    assert_eq!(failed[0].1, 0.0, "no failure is a share of nought, not nothing: {failed:?}");
    assert!((failed.last().unwrap().1 - 0.25).abs() < 0.05, "{failed:?}");
    let restarts = ticking.samples("chiron:restarts");
    assert_eq!((restarts[0].1, restarts.last().unwrap().1), (0.0, 1.0));
    assert!(ticking.samples("chiron:scrape_up").iter().all(|it| it.1 == 1.0));
    assert!(ticking.samples("chiron:scrape_problems").iter().all(|it| it.1 == 0.0));
    assert!(ticking.samples("chiron:oom_killed").is_empty(), "what is not there is absent");
    let restarts = ticking.series.iter().find(|it| it.name == "chiron:restarts").unwrap();
    assert_eq!((restarts.ty, restarts.kind), (MetricType::Restarts, MetricKind::Counter));
    let of_cart: BTreeSet<u32> =
        ticking.series.iter().filter(|it| it.owner.workload == "cart").map(MetricSeries::shard).collect();
    assert_eq!(of_cart.len(), 1, "all series of a workload are together");
}
