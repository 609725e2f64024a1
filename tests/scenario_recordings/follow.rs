//! The whole pipeline in this process, in both lanes, over events as they come.

use super::recorded::time;
use chiron::{
    ports::Ports,
    registry::{Setup, broker},
    report::{Gathered, Read},
};
use chiron_events::{Context, WatermarkAdvanced, encode};
use chiron_model::Timestamp;
use chiron_runtime::{Tap, wire::from_json};
use chiron_store::MemoryStore;
use cloudevents::Event;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// The cluster that was recorded.
pub(crate) const CLUSTER: &str = "lab";
const SOURCE: &str = "/scenarios";
/// What comes so soon after another comes with it.
const MOMENT: Duration = Duration::from_millis(20);
/// A cluster in which nothing happens is told the time so often.
const PULSE: Duration = Duration::from_secs(5);

/// What both lanes found, as a replay reports it.
pub(crate) struct Found {
    pub(crate) live: Value,
    pub(crate) sealed: Value,
}

impl Found {
    pub(crate) fn lanes(&self) -> [(&'static str, &Value); 2] {
        [("live", &self.live), ("sealed", &self.sealed)]
    }
}

/// Events as a watch tells them, those of one moment together, and the time where nothing happens.
pub(crate) fn as_they_come(events: &[Value]) -> Vec<Vec<Event>> {
    let mut deliveries: Vec<Vec<Event>> = Vec::new();
    let mut first: Option<Timestamp> = None;
    for event in events {
        let at = time(event);
        if first.is_some_and(|it| at <= it.plus(MOMENT)) {
            deliveries.last_mut().unwrap().push(wire(event));
            continue;
        }
        deliveries.extend(first.into_iter().flat_map(|it| pulses(it, at)));
        deliveries.push(vec![wire(event)]);
        first = Some(at);
    }
    deliveries
}

/// The time, told over and over between two moments.
pub(crate) fn pulses(from: Timestamp, until: Timestamp) -> Vec<Vec<Event>> {
    let mut pulses = Vec::new();
    let mut at = from.plus(PULSE);
    while at < until {
        pulses.push(vec![told(at, false)]);
        at = at.plus(PULSE);
    }
    pulses
}

/// An event as it travels.
pub(crate) fn wire(event: &Value) -> Event {
    from_json(event.to_string().as_bytes()).unwrap()
}

fn told(at: Timestamp, last: bool) -> Event {
    let news = WatermarkAdvanced {
        cluster: CLUSTER.to_owned(),
        earliest: at,
        latest: at,
        namespaces: BTreeMap::new(),
        last,
    };
    encode(SOURCE, &context(&format!("time {at} {last}")), 0, &news).unwrap()
}

/// What an event of the test itself is caused by.
pub(crate) fn context(id: &str) -> Context {
    let (id, source, cluster) = (id.to_owned(), SOURCE.to_owned(), CLUSTER.to_owned());
    Context { id, source, cluster, ..Context::default() }
}

/// Hands the deliveries to all functions, one after the other, and seals everything at the end.
pub(crate) fn follow(deliveries: &[Vec<Event>]) -> Found {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(drain(deliveries))
}

async fn drain(deliveries: &[Vec<Event>]) -> Found {
    let gathered: Arc<Mutex<[Gathered; 2]>> = Arc::default();
    let lanes = Arc::clone(&gathered);
    let tap: Tap = Arc::new(move |event| {
        let lane = usize::from(!Context::of(event).lane.is_live());
        lanes.lock().unwrap()[lane].take(event);
    });
    let store = MemoryStore::default();
    let broker = broker(&Ports::memory(&store), &Setup::default()).with_tap(tap, Arc::new(store.clone()));
    for delivery in deliveries {
        broker.drain(delivery.clone()).await;
    }
    let latest = deliveries.iter().flatten().filter_map(|it| Context::of(it).time).max();
    broker.drain(vec![told(latest.unwrap(), true)]).await;
    let [live, sealed] = &*gathered.lock().unwrap();
    let report = |it: &Gathered| serde_json::to_value(it.report(Read::default(), None)).unwrap();
    Found { live: report(live), sealed: report(sealed) }
}
