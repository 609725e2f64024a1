//! Events that come several times, and in another order than they were sent.

use super::{follow::wire, recorded::time};
use chiron_model::{Digest, Timestamp};
use cloudevents::Event;
use serde_json::Value;
use std::time::Duration;

/// How often each event comes.
pub(crate) const COPIES: usize = 3;
/// No event comes later than this after a younger one: what comes after two minutes may be left out.
pub(crate) const LATENESS: Duration = Duration::from_secs(119);
/// As late as a broker delivers an event after a younger one.
pub(crate) const SLIGHT: Duration = Duration::from_millis(20);
/// Events that come together.
const BATCH: usize = 11;

/// Each event several times, each time with a delay of its own; other delays for every seed.
pub(crate) fn arrivals(events: &[Value], seed: u64, latest: Duration) -> Vec<Value> {
    let copies = events.iter().enumerate().flat_map(|it| (0..COPIES).map(move |copy| (it, copy)));
    let mut arrivals: Vec<(Timestamp, &Value)> = copies
        .map(|((number, event), copy)| (time(event).plus(latest.mul_f64(share(seed, number, copy))), event))
        .collect();
    arrivals.sort_by_key(|(at, _)| *at);
    arrivals.into_iter().map(|(_, event)| event.clone()).collect()
}

/// A number from 0 to 1.
fn share(seed: u64, number: usize, copy: usize) -> f64 {
    let digest = Digest::of(format!("{seed} {number} {copy}").as_bytes());
    f64::from(u16::from_str_radix(&digest.as_str()[..4], 16).unwrap()) / f64::from(u16::MAX)
}

/// In batches, each as one delivery.
pub(crate) fn deliveries(arrivals: &[Value]) -> Vec<Vec<Event>> {
    arrivals.chunks(BATCH).map(|batch| batch.iter().map(wire).collect()).collect()
}
