//! Cold start and memory of `chiron function serve`: from exec to the first answers, with AWS clients configured.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench that cannot go on ends, and prints what it measured"
)]

mod support;

use axum::{Router, body::Bytes, http::StatusCode, routing::post as route};
use chiron::infra::GROUPS;
use serde_json::{Value, json};
use std::{thread::sleep, time::Duration};
use support::{
    figures::{self, Spread},
    http::listen,
    lab::Lab,
    process::{Server, get, post},
    recording::{CLUSTER, lines},
};

/// Starts that are measured, for each figure.
const RUNS: usize = 30;
/// Starts before them, so that the program is in the page cache as on a node that has run it before.
const WARM_UP: usize = 3;
/// After so long without a request a process counts as idle.
const IDLE: Duration = Duration::from_millis(300);

/// Starts processes and gives each an event of its own.
struct Bench {
    lab: Lab,
    sink: String,
    event: Value,
    starts: usize,
}

/// What one start took, in milliseconds since exec.
struct Times {
    ready: f64,
    stored: f64,
}

/// Resident memory of an idle process, in MB.
struct Memory {
    before: f64,
    after: f64,
}

fn main() {
    if !support::is_asked() {
        return;
    }
    let mut bench = Bench::new();
    figures::head();
    bench.print("observe", "observe");
    bench.print("the first group", &GROUPS[0].functions.join(","));
}

impl Bench {
    fn new() -> Self {
        let lab = Lab::open();
        let sink = Router::new().route("/", route(|_: Bytes| async { StatusCode::ACCEPTED }));
        let sink = lab.runtime.block_on(listen(sink));
        let events = lines();
        let event = events.iter().find(|line| line.contains(r#""kind":"Pod","namespace""#)).unwrap();
        Self { lab, sink, event: serde_json::from_str(event).unwrap(), starts: 0 }
    }

    /// Measures and prints all figures of some functions.
    fn print(&mut self, title: &str, names: &str) {
        for _ in 0..WARM_UP {
            self.times(names);
        }
        let times: Vec<Times> = (0..RUNS).map(|_| self.times(names)).collect();
        let memory: Vec<Memory> = (0..RUNS).map(|_| self.memory(names)).collect();
        let show = |what: &str, values: Vec<f64>, (unit, digits): (&str, usize), goal: &str, peer: &str| {
            let figure = Spread::of(values).unwrap().show(unit, digits);
            figures::line(&format!("serve {title}: {what}"), &figure, goal, peer);
        };
        let (time, size) = (("ms", 2), ("MB", 1));
        let ready = times.iter().map(|it| it.ready).collect();
        let stored = times.iter().map(|it| it.stored).collect();
        let before = memory.iter().map(|it| it.before).collect();
        let after = memory.iter().map(|it| it.after).collect();
        // Measured on the same kind of machine: a bare CloudEvents function in Go that stores nothing.
        let (go_time, go_size) = ("Go, bare: 3 to 8 ms", "Go, bare: 7.2 MB");
        show("exec to ready", ready, time, "< 5 ms", go_time);
        show("exec to first stored event", stored, time, "< 15 ms", go_time);
        show("idle, before an event", before, size, "< 12 MB", go_size);
        show("idle, after an event", after, size, "< 12 MB", go_size);
    }

    fn times(&mut self, names: &str) -> Times {
        let event = self.next_event();
        let mut server = Server::start(names, self.lab.settings(), &self.sink);
        Times { ready: server.until_2xx(&get("/readyz")), stored: server.until_2xx(&event) }
    }

    fn memory(&mut self, names: &str) -> Memory {
        let event = self.next_event();
        let mut server = Server::start(names, self.lab.settings(), &self.sink);
        server.until_2xx(&get("/readyz"));
        sleep(IDLE);
        let before = server.resident();
        server.until_2xx(&event);
        sleep(IDLE);
        Memory { before, after: server.resident() }
    }

    /// A change that no process has seen: a duplicate would not be stored.
    fn next_event(&mut self) -> Vec<u8> {
        self.starts += 1;
        let mut event = self.event.clone();
        event["id"] = json!(format!("start-{}", self.starts));
        event["cluster"] = json!(CLUSTER);
        event["data"]["metadata"]["resourceVersion"] = json!((1_000_000 + self.starts).to_string());
        post(&event.to_string())
    }
}
