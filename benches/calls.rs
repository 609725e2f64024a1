//! AWS calls per 1,000 source events, with everything that follows from them: calls are what the platform costs.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench that cannot go on ends, and prints what it measured"
)]

mod support;

use chiron::{
    infra::GROUPS,
    registry::{Setup, courier},
    replay::Input,
};
use chiron_runtime::{Sink, SinkSettings, router};
use std::sync::{Arc, atomic::AtomicBool};
use support::{
    broker::Broker,
    figures,
    http::listen,
    lab::{self, Lab},
    recording::{self, CLUSTER},
    replay::replay,
};
use tokio::runtime::{Builder, Runtime};

/// Copies of the recording in the larger input.
const COPIES: usize = 10;
/// Deliveries that are under way at once.
const AT_ONCE: usize = 32;
const GOAL: &str = "<= 20";
/// By arithmetic: one object and one conditional write for each event, and no later stage.
const PEER: &str = "each event alone, stored only: 2,000";

/// What some source events led to.
struct Cost {
    calls: u64,
    events: u64,
}

fn main() {
    if !support::is_asked() {
        return;
    }
    let folder = lab::folder();
    let (once, copies) = (recording::lines(), recording::copies(COPIES));
    let larger = Input::File(recording::write(folder.path(), &copies));
    let group = GROUPS[0].concurrency as usize;
    figures::head();
    print("replay, recording x 1", &through_replay(recording::afternoon()));
    print(&format!("replay, recording x {COPIES}"), &through_replay(larger));
    for (times, lines) in [(1, &once), (COPIES, &copies)] {
        for at_once in [AT_ONCE, group] {
            let (cost, followed) = through_serve(lines, at_once);
            print(&format!("serve, recording x {times}, {at_once} at once ({followed} follow)"), &cost);
        }
    }
}

fn print(name: &str, cost: &Cost) {
    let Cost { calls, events } = *cost;
    let figure = calls as f64 * 1_000.0 / events as f64;
    figures::line(name, &format!("{figure:.1} ({calls} for {events})"), GOAL, PEER);
}

/// A replay as `chiron replay` does it.
fn through_replay(input: Input) -> Cost {
    let lab = Lab::open();
    let before = lab.calls();
    let (events, _) = replay(&lab.runtime, &lab.ports, input, lab.folder());
    Cost { calls: lab.calls() - before, events }
}

/// The first group behind HTTP, with so many deliveries of source events at once; what it emits comes back to it
/// through a broker. Gives the number of events that came back, too.
fn through_serve(lines: &[String], at_once: usize) -> (Cost, usize) {
    let lab = Lab::open();
    let before = lab.calls();
    let broker = lab.runtime.block_on(Broker::listen(GROUPS[0].functions, at_once));
    // One thread, as `chiron function serve` has.
    let served = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let url = serve(&served, &lab, &broker.url);
    let followed = lab.runtime.block_on(broker.feed(&url, lines, at_once));
    (Cost { calls: lab.calls() - before, events: lines.len() as u64 }, followed)
}

/// What `chiron function serve` does after its start, with clients whose calls are counted.
fn serve(runtime: &Runtime, lab: &Lab, sink: &str) -> String {
    let setup = Setup { default_cluster: Some(CLUSTER.to_owned()), ..Setup::default() };
    let couriers =
        GROUPS[0].functions.iter().map(|name| courier(name, &lab.ports, &setup).unwrap()).collect();
    let sink = Sink::new(SinkSettings { url: sink.to_owned(), ..SinkSettings::default() });
    runtime.block_on(async {
        let ready = Arc::new(AtomicBool::new(true));
        listen(router(couriers, Some(sink), Arc::clone(&lab.ports.metrics), ready)).await
    })
}
