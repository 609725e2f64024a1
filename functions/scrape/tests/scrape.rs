//! The function, from ticks to stored samples, without any server.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(clippy::float_cmp, reason = "numbers are recorded as they are")]

mod support;

use chiron_events::{Context, MetricsRecorded, Section, read_frame};
use chiron_function::{Call, Effects, Failure, Function};
use chiron_model::{Lane, MetricSeries, MetricType, Timestamp};
use chiron_prometheus::client::Span;
use chiron_scrape::{Config, Ping, Reader, Scrape, Target, Unusable, fetch, next_ping, ping};
use chiron_store::{Commit, MemoryStore, StateStore};
use cloudevents::AttributesReader;
use std::{fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};
use support::{call, hasty, nowhere, tick};

/// The function with its stores, and a folder for its targets.
struct Lab {
    folder: tempfile::TempDir,
    store: MemoryStore,
}

impl Lab {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), store: MemoryStore::default() }
    }

    fn write(&self, name: &str, text: &str) -> Target {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        Target::endpoint(&format!("file://{}", path.display())).unwrap()
    }

    fn scrape(&self, targets: &[Target]) -> Scrape {
        let reader = Arc::new(Reader::new(Config::of(targets.to_vec())).unwrap());
        Scrape::new(reader, Arc::new(self.store.clone()), Arc::new(self.store.clone()))
    }

    /// Handles one call and writes its state, as the host does.
    async fn handle(&self, targets: &[Target], call: Call<Ping>) -> Result<Vec<MetricsRecorded>, Failure> {
        let Effects { outputs, writes, .. } = self.scrape(targets).handle(call).await?;
        self.store.commit(Commit { states: writes, ..Commit::default() }).await.unwrap();
        Ok(outputs)
    }

    fn stored(&self, section: &Section) -> Vec<MetricSeries> {
        let object = &self.store.objects()[&section.key];
        let start = usize::try_from(section.offset).unwrap();
        let end = start + usize::try_from(section.length).unwrap();
        read_frame(section, &object[start..end]).unwrap()
    }
}

/// Values of the series of that name.
fn values(batches: &[MetricsRecorded], name: &str) -> Vec<f64> {
    let series = batches.iter().flat_map(|it| it.series.iter()).filter(|it| it.name == name);
    series.flat_map(|it| it.samples.iter().map(|sample| sample.value)).collect()
}

#[tokio::test]
async fn a_file_is_recorded_inline_and_in_the_bucket() {
    let lab = Lab::new();
    let target = lab.write("shop.prom", "cart_memory_bytes{namespace=\"shop\",pod=\"cart-0\"} 5\n");

    let batches = lab.handle(&[target], tick(1_000_000)).await.unwrap();

    let batch = batches.iter().find(|it| it.series[0].name == "cart_memory_bytes").unwrap();
    let series = &batch.series[0];
    assert_eq!((series.ty, series.owner.pod.as_str()), (MetricType::Memory, "cart-0"));
    assert_eq!(series.samples[0].at, Timestamp::from_secs(1_000_000));
    assert_eq!((batch.cluster.as_str(), batch.shard), ("lab", series.shard()));
    let section = batch.section.as_ref().unwrap();
    assert!(section.key.starts_with("metrics/lab/1970-01-12/13/1000000000-1000000000-"), "{}", section.key);
    assert_eq!(lab.stored(section), *batch.series);
    assert_eq!(values(&batches, "chiron:scrape_up"), [1.0]);
    assert_eq!(values(&batches, "chiron:scrape_problems"), [0.0]);
}

#[tokio::test]
async fn what_is_large_is_only_in_the_bucket() {
    let lab = Lab::new();
    let mut text = String::new();
    for number in 0..500 {
        writeln!(text, "queue{{namespace=\"shop\",deployment=\"cart\",n=\"{number}\"}} 1").unwrap();
    }
    let target = lab.write("shop.prom", &text);

    let batches = lab.handle(&[target], tick(1_000_000)).await.unwrap();

    let large: Vec<&MetricsRecorded> = batches.iter().filter(|it| it.series.is_empty()).collect();
    assert_eq!(large.len(), 1);
    let section = large[0].section.as_ref().unwrap();
    assert_eq!((section.count, lab.stored(section).len()), (500, 500));
}

#[tokio::test]
async fn the_same_samples_give_the_same_object() {
    let (first, second) = (Lab::new(), Lab::new());
    let text = "a 1\nb NaN\n";
    let (a, b) = (first.write("m.prom", text), second.write("m.prom", text));

    let recorded = first.handle(std::slice::from_ref(&a), tick(1_000)).await.unwrap();
    let again = first.handle(std::slice::from_ref(&a), call(1_000, all_until(1_000))).await.unwrap();
    second.handle(&[b], tick(1_001)).await.unwrap();

    assert_eq!(recorded[0].section, again[0].section);
    assert_eq!(first.store.objects().len(), 1);
    assert_ne!(first.store.objects().keys().next(), second.store.objects().keys().next());
}

/// Reads again the present of that time.
fn all_until(at: i64) -> Ping {
    Ping { from: Some(Timestamp::from_secs(at)), until: Some(Timestamp::from_secs(at)) }
}

#[tokio::test]
async fn a_second_tick_of_the_same_time_gives_nothing() {
    let lab = Lab::new();
    let target = lab.write("shop.prom", "a 1\n");
    lab.handle(std::slice::from_ref(&target), tick(1_000)).await.unwrap();

    for late in [1_000, 999] {
        assert!(lab.handle(std::slice::from_ref(&target), tick(late)).await.unwrap().is_empty());
    }

    assert!(!lab.handle(&[target], tick(1_030)).await.unwrap().is_empty());
}

#[tokio::test]
async fn ticks_that_come_together_are_one() {
    let lab = Lab::new();
    let targets = [lab.write("shop.prom", "a 1\n")];
    let elsewhere = Call {
        context: Context { cluster: "other".to_owned(), ..tick(1_000).context },
        input: Ping::default(),
    };

    let results = lab.scrape(&targets).handle_all(vec![tick(1_000), elsewhere, tick(1_060)]).await;

    let effects: Vec<Effects<MetricsRecorded>> = results.into_iter().map(Result::unwrap).collect();
    assert_eq!((effects[0].shared_with, effects[0].writes.len()), (None, 1));
    assert_eq!((effects[1].shared_with, effects[1].writes.len()), (None, 1));
    assert_eq!((effects[2].shared_with, effects[2].outputs.len()), (Some(0), 0));
    assert!(effects[0].outputs.iter().all(|it| it.latest == Timestamp::from_secs(1_060)));
    assert!(effects[1].outputs.iter().all(|it| it.cluster == "other"));
}

#[tokio::test]
async fn histograms_become_quantiles_between_two_ticks() {
    let lab = Lab::new();
    let text = |fast: u32, slow: u32| {
        let sum = f64::from(fast) * 0.05 + f64::from(slow) * 0.7;
        let all = fast + slow;
        format!(
            "# TYPE wait_seconds histogram\nwait_seconds_bucket{{le=\"0.1\"}} {fast}\nwait_seconds_bucket{{le=\"1\"}} \
             {all}\nwait_seconds_bucket{{le=\"+Inf\"}} {all}\nwait_seconds_sum {sum}\nwait_seconds_count {all}\n"
        )
    };
    let target = lab.write("shop.prom", &text(100, 0));
    lab.handle(std::slice::from_ref(&target), tick(1_000)).await.unwrap();
    lab.write("shop.prom", &text(100, 50));

    let batches = lab.handle(&[target], tick(1_030)).await.unwrap();

    assert!(values(&batches, "wait_seconds_bucket").is_empty());
    let p99 = values(&batches, "wait_seconds_p99");
    assert!(p99.len() == 1 && p99[0] > 0.9 && p99[0] <= 1.0, "{p99:?}");
}

#[tokio::test]
async fn a_table_is_read_on_from_where_it_ended() {
    let lab = Lab::new();
    let head = "timestamp,metric,namespace,value\n1970-01-01T00:10:00Z,orders,shop,1\n1970-01-01T00:20:00Z,orders,shop,2\n";
    let target = lab.write("orders.csv", head);

    let first = lab.handle(std::slice::from_ref(&target), tick(1_000)).await.unwrap();
    lab.write("orders.csv", &format!("{head}1970-01-01T00:30:00Z,orders,shop,3\n"));
    let second = lab.handle(std::slice::from_ref(&target), tick(2_000)).await.unwrap();
    let third = lab.handle(&[target], tick(3_000)).await.unwrap();

    assert_eq!(values(&first, "orders"), [1.0]);
    assert_eq!(values(&second, "orders"), [2.0, 3.0]);
    assert!(values(&third, "orders").is_empty());
}

#[tokio::test]
async fn lines_that_cannot_be_read_are_counted_and_the_rest_is_recorded() {
    let lab = Lab::new();
    let target = lab.write("shop.prom", "a 1\n}}} nonsense\nb 2\n");

    let batches = lab.handle(&[target], tick(1_000)).await.unwrap();

    assert_eq!((values(&batches, "a"), values(&batches, "b")), (vec![1.0], vec![2.0]));
    assert_eq!(values(&batches, "chiron:scrape_problems"), [1.0]);
    assert_eq!(values(&batches, "chiron:scrape_up"), [1.0]);
}

#[tokio::test]
async fn one_target_that_does_not_answer_stays_behind_and_stops_no_other() {
    let lab = Lab::new();
    let here = lab.write("shop.prom", "a 1\n");
    let gone = Target::File(lab.folder.path().join("gone.prom"));
    let targets = [here, gone, Target::Endpoint(hasty(&nowhere()))];

    let first = lab.handle(&targets, tick(1_000)).await.unwrap();
    lab.write("gone.prom", "b 2\n");
    let second = lab.handle(&targets, tick(1_000)).await.unwrap();

    assert_eq!(values(&first, "a"), [1.0]);
    assert_eq!(values(&first, "chiron:scrape_up").iter().sum::<f64>(), 1.0);
    assert_eq!((values(&second, "a"), values(&second, "b")), (vec![], vec![2.0]));
}

#[tokio::test]
async fn when_nobody_answers_it_is_tried_again_and_nothing_is_noted() {
    let lab = Lab::new();
    let url = nowhere();
    let targets = [Target::Prometheus(hasty(&url))];

    let failure = lab.handle(&targets, tick(1_000)).await.unwrap_err();

    assert!(!failure.is_final());
    assert!(failure.to_string().contains(&format!("{url} does not answer")), "{failure}");
    assert!(lab.store.states().is_empty() && lab.store.objects().is_empty());
}

#[tokio::test]
async fn a_tick_that_does_not_say_where_or_when_is_refused() {
    let lab = Lab::new();
    let target = [lab.write("shop.prom", "a 1\n")];
    let nowhere = Call { context: Context { cluster: String::new(), ..tick(1).context }, ..tick(1) };
    let never = Call { context: Context { time: None, ..tick(1).context }, ..tick(1) };
    let backwards = Ping { from: Some(Timestamp::from_secs(9)), until: Some(Timestamp::from_secs(1)) };
    let for_ever = Ping { from: Some(Timestamp::MIN), until: None };

    for (call, expected) in [
        (nowhere, "attribute cluster: "),
        (never, "attribute time: "),
        (call(1, backwards), "data: expected a span of at most 6 h"),
        (call(1, for_ever), "data: expected a span of at most 6 h"),
    ] {
        let failure = lab.handle(&target, call).await.unwrap_err();

        assert!(failure.is_final() && failure.to_string().contains(expected), "{failure}");
    }
}

#[tokio::test]
async fn lanes_and_clusters_are_kept_apart() {
    let lab = Lab::new();
    let target = [lab.write("shop.prom", "a 1\n")];
    let mut elsewhere = tick(1_000);
    elsewhere.context.lane = Lane::replay("x");

    lab.handle(&target, tick(1_000)).await.unwrap();
    let batches = lab.handle(&target, elsewhere).await.unwrap();

    assert_eq!(values(&batches, "a"), [1.0]);
    assert_eq!(lab.store.states().len(), 2);
    assert!(batches[0].section.as_ref().unwrap().key.contains("/metrics/lab/"));
}

#[tokio::test]
async fn a_single_look_remembers_nothing() {
    let lab = Lab::new();
    let targets = vec![lab.write("a.prom", "a 1\n"), Target::File(Path::new("nowhere.prom").to_owned())];
    let reader = Reader::new(Config::of(targets)).unwrap();
    let at = Timestamp::from_secs(1_000);

    let fetched = fetch(&reader, "lab", Span { from: at, until: at }).await;

    assert_eq!(values(&fetched.batches, "a"), [1.0]);
    assert_eq!(fetched.problems.len(), 1);
    assert!(fetched.problems[0].to_string().starts_with("nowhere.prom: "), "{}", fetched.problems[0]);
}

#[test]
fn ticks_are_the_same_for_the_same_time() {
    let at = next_ping(Timestamp::from_nanos(61_000_000_001), Duration::from_secs(30));

    let (first, second) = (ping("lab", at).unwrap(), ping("lab", at).unwrap());

    assert_eq!(at, Timestamp::from_secs(90));
    assert_eq!(first, second);
    assert_eq!(first.ty(), "dev.knative.sources.ping");
    assert_eq!(Context::of(&first).time, Some(at));
    assert_eq!(Context::of(&first).cluster, "lab");
    assert_ne!(first.id(), ping("other", at).unwrap().id());
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    let twice = vec![Target::endpoint("a.prom").unwrap(), Target::endpoint("a.prom").unwrap()];
    let fast = Config { step: Duration::from_millis(1), ..Config::default() };
    let wrong = Target::Prometheus(hasty("prometheus:9090"));

    assert!(matches!(Reader::new(Config::of(twice)), Err(Unusable::Twice(_))));
    assert!(matches!(Reader::new(fast), Err(Unusable::Step(_))));
    assert!(matches!(Reader::new(Config::of(vec![wrong])), Err(Unusable::Client(_))));
}
