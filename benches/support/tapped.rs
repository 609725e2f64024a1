//! What each stage is given while the recording is worked through: real inputs for stages that run alone.

use super::recording::{CLUSTER, lines};
use bytes::Bytes;
use chiron::{
    ports::Ports,
    registry::{Setup, broker},
};
use chiron_events::{Context, ObservationsSealed, Section, WatermarkAdvanced, decode, encode};
use chiron_function::{Call, Inbound};
use chiron_model::Lane;
use chiron_runtime::{Tap, wire::from_json};
use chiron_store::MemoryStore;
use cloudevents::{AttributesReader, Event};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::runtime::Runtime;

/// All events of one replay of the recording, and the objects that they point to.
pub(crate) struct Tapped {
    events: Vec<Event>,
    objects: BTreeMap<String, Bytes>,
}

impl Tapped {
    /// Works through the recording on a broker and keeps every event.
    pub(crate) fn afternoon() -> Self {
        let store = MemoryStore::default();
        let ports = Ports::memory(&store);
        let seen: Arc<Mutex<Vec<Event>>> = Arc::default();
        let noted = Arc::clone(&seen);
        let tap: Tap = Arc::new(move |event: &Event| noted.lock().unwrap().push(event.clone()));
        let setup = Setup { default_cluster: Some(CLUSTER.to_owned()), is_replay: true, ..Setup::default() };
        let broker = broker(&ports, &setup).with_tap(tap, Arc::clone(&ports.objects));
        let raw: Vec<Event> = lines().iter().map(|line| source_event(line)).collect();
        Runtime::new().unwrap().block_on(async {
            let stored = broker.accept(raw.clone()).await;
            let news = stored.into_iter().flat_map(Result::unwrap).map(|event| last(&event));
            broker.drain(news.collect()).await;
        });
        let mut events = raw;
        events.append(&mut seen.lock().unwrap());
        Self { events, objects: store.objects() }
    }

    /// What a function that takes `I` was given, in the order in which the broker gives it.
    pub(crate) fn calls<I: Inbound>(&self) -> Vec<Call<I>> {
        let place = |event: &Event| I::TYPES.iter().position(|ty| *ty == event.ty());
        let mut calls: Vec<(usize, Call<I>)> =
            self.events.iter().filter_map(|event| Some((place(event)?, self.call(event)))).collect();
        calls.sort_by_cached_key(|(place, call)| (call.context.at(), *place, call.context.id.clone()));
        calls.into_iter().map(|(_, call)| call).collect()
    }

    /// Distinct changes in the recording.
    pub(crate) fn observations(&self) -> u64 {
        self.calls::<ObservationsSealed>().iter().map(|call| call.input.section.count).sum()
    }

    fn call<I: Inbound>(&self, event: &Event) -> Call<I> {
        let context = Context::of(event);
        let mut input = I::decode(event.clone()).unwrap();
        if let Some(section) = input.section().cloned() {
            input.fill(self.read(&section)).unwrap();
        }
        Call { context, input }
    }

    fn read(&self, section: &Section) -> &[u8] {
        let from = usize::try_from(section.offset).unwrap();
        let until = from + usize::try_from(section.length).unwrap();
        &self.objects[&section.key][from..until]
    }
}

/// An event of the recording, marked as a replay marks it.
fn source_event(line: &str) -> Event {
    let mut event = from_json(line.as_bytes()).unwrap();
    event.set_extension("cluster", CLUSTER.to_owned());
    event.set_extension("lane", Lane::replay("bench").as_str().to_owned());
    event
}

/// The news that everything is stored and nothing will follow.
fn last(event: &Event) -> Event {
    let news = WatermarkAdvanced { last: true, ..decode(event.clone()).unwrap() };
    encode("/bench", &Context::of(event), 0, &news).unwrap()
}
