//! Events that come several times, and in another order than they were sent.

use super::{follow::wire, recorded::time};
use chiron_model::{Digest, Timestamp};
use cloudevents::Event;
use serde_json::Value;
use std::time::Duration;

/// How often each event comes.
pub(crate) const COPIES: usize = 3;
/// No event comes later than this after a younger one: what comes after two minutes may be left out.
const LATEST_MILLIS: u64 = 119_000;
/// Events that come together.
const BATCH: usize = 11;

/// Each event several times, each time with a delay of its own; other delays for every seed.
pub(crate) fn arrivals(events: &[Value], seed: u64) -> Vec<Value> {
    let copies = events.iter().enumerate().flat_map(|it| (0..COPIES).map(move |copy| (it, copy)));
    let mut arrivals: Vec<(Timestamp, &Value)> = copies
        .map(|((number, event), copy)| {
            (time(event).plus(Duration::from_millis(delay(seed, number, copy))), event)
        })
        .collect();
    arrivals.sort_by_key(|(at, _)| *at);
    arrivals.into_iter().map(|(_, event)| event.clone()).collect()
}

fn delay(seed: u64, number: usize, copy: usize) -> u64 {
    let digest = Digest::of(format!("{seed} {number} {copy}").as_bytes());
    u64::from_str_radix(&digest.as_str()[..12], 16).unwrap() % LATEST_MILLIS
}

/// In batches, each as one delivery.
pub(crate) fn deliveries(arrivals: &[Value]) -> Vec<Vec<Event>> {
    arrivals.chunks(BATCH).map(|batch| batch.iter().map(wire).collect()).collect()
}
