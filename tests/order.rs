//! In whatever order events arrive inside the lateness window, in whatever batches, and however often: the labels and
//! the dataset are the same, byte for byte.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support")]

mod support;

use bytes::Bytes;
use chiron::{
    ports::Ports,
    registry::{Setup, broker},
};
use chiron_events::{Context, DatasetRequested, Payload, WatermarkAdvanced, encode};
use chiron_model::Timestamp;
use chiron_runtime::wire::from_json;
use chiron_store::{MemoryStore, Query, RecordStore};
use cloudevents::Event;
use proptest::{
    collection::vec,
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::LazyLock, time::Duration};
use support::{raw::with, recordings::events};

const CLUSTER: &str = "recording";
/// Events that come later than this after younger ones may be left out.
const LATENESS_MILLIS: u64 = 120_000;
/// Of the heartbeats of the node, which only carry time on, one of so many is kept.
const HEARTBEATS: usize = 8;

/// One incident, in the order in which it was recorded.
static RECORDED: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut heartbeats = 0;
    let mut kept = events("shop-selector");
    kept.retain(|event| {
        let is_heartbeat = event["data"]["kind"] == "Node";
        heartbeats += usize::from(is_heartbeat);
        !is_heartbeat || heartbeats % HEARTBEATS == 1
    });
    kept.into_iter().map(|event| with(&event, "cluster", json!(CLUSTER))).collect()
});

/// How the events of the recording travel. Nothing in it means: one after the other, all in one batch.
#[derive(Clone, Debug, Default)]
struct Journey {
    /// Which events come later than they were sent, and by how many milliseconds.
    delays: Vec<(usize, u64)>,
    /// Which events come once more, and how many milliseconds after the first time.
    again: Vec<Again>,
    /// Sizes of the batches, over and over.
    batches: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Again {
    event: usize,
    after: u64,
    /// Whether it comes as another event of the same change, as ApiServerSource sometimes sends it.
    is_twin: bool,
}

/// What came of a journey: labels by id, files of the dataset by key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Learned {
    labels: BTreeMap<String, String>,
    files: BTreeMap<String, Bytes>,
}

static EXPECTED: LazyLock<Learned> = LazyLock::new(|| learned(&Journey::default()));

fn time(event: &Value) -> Timestamp {
    event["time"].as_str().unwrap().parse().unwrap()
}

impl Journey {
    /// The events as they arrive.
    fn arrivals(&self) -> Vec<Value> {
        let mut arrivals: Vec<(Timestamp, Value)> =
            RECORDED.iter().map(|event| (time(event), event.clone())).collect();
        for (event, delay) in &self.delays {
            arrivals[*event].0 = time(&RECORDED[*event]).plus(Duration::from_millis(*delay));
        }
        for (number, again) in self.again.iter().enumerate() {
            let (first, event) = &arrivals[again.event];
            let once_more = (first.plus(Duration::from_millis(again.after)), again.event(number, event));
            arrivals.push(once_more);
        }
        arrivals.sort_by_key(|(at, _)| *at);
        arrivals.into_iter().map(|(_, event)| event).collect()
    }

    fn deliveries(&self) -> Vec<Vec<Event>> {
        let arrivals = self.arrivals();
        let mut sizes = self.batches.iter().copied().cycle();
        let mut rest = arrivals.as_slice();
        let mut batches = Vec::new();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(sizes.next().unwrap_or(rest.len()).min(rest.len()));
            batches
                .push(batch.iter().map(|event| from_json(event.to_string().as_bytes()).unwrap()).collect());
            rest = later;
        }
        batches
    }
}

impl Again {
    fn event(&self, number: usize, first: &Value) -> Value {
        if !self.is_twin {
            return first.clone();
        }
        let sent = time(first).plus(Duration::from_millis(self.after % 3_000));
        with(&with(first, "id", json!(format!("twin-{number}"))), "time", json!(sent))
    }
}

/// What the functions learn from a journey.
fn learned(journey: &Journey) -> Learned {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(learn(journey.deliveries()))
}

async fn learn(batches: Vec<Vec<Event>>) -> Learned {
    let store = MemoryStore::default();
    let broker = broker(&Ports::memory(&store), &Setup::default());
    for batch in batches {
        broker.drain(batch).await;
    }
    let latest = RECORDED.iter().map(time).max().unwrap();
    let end = WatermarkAdvanced {
        cluster: CLUSTER.to_owned(),
        earliest: latest,
        latest,
        namespaces: BTreeMap::new(),
        last: true,
    };
    broker.drain(vec![event("end", &end)]).await;
    broker.drain(vec![event("request", &DatasetRequested { name: "order".to_owned(), at: latest })]).await;
    let labels =
        store.query(Query { status: Some("accepted".to_owned()), ..Query::of("label") }).await.unwrap();
    Learned {
        labels: labels.into_iter().map(|it| (it.id, it.body.to_string())).collect(),
        files: store.objects().into_iter().filter(|(key, _)| key.starts_with("datasets/")).collect(),
    }
}

/// An event of the test itself.
fn event<P: Payload>(id: &str, payload: &P) -> Event {
    let cause = Context {
        id: id.to_owned(),
        source: "/order".to_owned(),
        cluster: CLUSTER.to_owned(),
        ..Context::default()
    };
    encode("/order", &cause, 0, payload).unwrap()
}

/// Fails with the first thing that differs.
fn compare(found: &Learned, expected: &Learned) -> Result<(), TestCaseError> {
    let (labels, files) = (&found.labels, &found.files);
    if let Some((id, _)) = expected.labels.iter().find(|(id, label)| labels.get(*id) != Some(label)) {
        return Err(TestCaseError::fail(format!("label {id} is missing or another one: {labels:#?}")));
    }
    if let Some((key, _)) = expected.files.iter().find(|(key, bytes)| files.get(*key) != Some(bytes)) {
        return Err(TestCaseError::fail(format!("{key} is missing or has other bytes: {:?}", files.keys())));
    }
    if found == expected { Ok(()) } else { Err(TestCaseError::fail("there is more than there should be")) }
}

fn journeys() -> impl Strategy<Value = Journey> {
    let events = RECORDED.len();
    let delays = vec((0..events, 0..LATENESS_MILLIS), 0..=events);
    let again = (0..events, 0..3 * LATENESS_MILLIS, proptest::bool::ANY);
    let again = again.prop_map(|(event, after, is_twin)| Again { event, after, is_twin });
    let parts = (delays, vec(again, 0..=24), vec(5..=40_usize, 0..=6));
    parts.prop_map(|(delays, again, batches)| Journey { delays, again, batches })
}

#[test]
fn the_recording_in_its_order_teaches_something() {
    let types = EXPECTED.labels.values().map(|label| serde_json::from_str::<Value>(label).unwrap());
    let types: Vec<String> = types.map(|label| label["label_type"].to_string()).collect();

    assert_eq!(types.len(), 3, "{types:?}");
    assert!(EXPECTED.files.keys().any(|key| key.ends_with("/manifest.json")), "{:?}", EXPECTED.files.keys());
}

#[test]
fn no_order_inside_the_window_changes_what_is_learned() {
    let config = Config {
        cases: 10,
        // The same journeys every time; others are found by another seed.
        rng_seed: RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        max_shrink_iters: 200,
        max_shrink_time: 120_000,
        ..Config::default()
    };

    let result = TestRunner::new(config).run(&journeys(), |journey| compare(&learned(&journey), &EXPECTED));

    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn events_one_by_one_teach_the_same() {
    let journey = Journey { batches: vec![1], ..Journey::default() };

    let found = learned(&journey);

    if let Err(error) = compare(&found, &EXPECTED) {
        panic!("{error}");
    }
}

#[test]
fn a_cause_behind_the_window_teaches_nothing() {
    let cause = RECORDED.iter().position(|event| event["data"]["spec"]["selector"]["app"] == "webb").unwrap();
    // It comes by itself, when everything else was there for long.
    let batches = vec![RECORDED.len() - 1, 1];
    let journey = Journey { delays: vec![(cause, 20 * LATENESS_MILLIS)], batches, ..Journey::default() };

    let found = learned(&journey);

    // So the comparison can fail: what comes in time counts, and nothing else.
    assert!(found.labels.is_empty(), "{:?}", found.labels.keys());
}
