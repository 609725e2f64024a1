//! Source events per second through the whole local pipeline, by `replay`, from the first line to the dataset.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench that cannot go on ends, and prints what it measured"
)]

mod support;

use chiron::{ports::Ports, replay::Input};
use chiron_store::MemoryStore;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput, measurement::WallTime};
use std::time::Duration;
use support::{
    figures::{self, NONE, Spread},
    lab::{self, Lab},
    recording,
    replay::replay,
};
use tokio::runtime::Runtime;

/// Copies of the recording in the larger input.
const COPIES: usize = 10;
const GOAL: &str = ">= 5,000/s";

/// Where a replay keeps what it stores.
#[derive(Clone, Copy)]
enum Store {
    /// Where `chiron replay` keeps it: on disk, so that it survives `kill -9`.
    Local,
    /// In this process: what is left is the pipeline itself.
    Memory,
}

/// An input, what it is called, and the number of its events.
struct Recording {
    name: String,
    input: Input,
    events: usize,
}

fn main() {
    if !support::is_asked() {
        return;
    }
    let folder = lab::folder();
    let (once, copies) = (recording::lines().len(), recording::copies(COPIES));
    let larger = Input::File(recording::write(folder.path(), &copies));
    let recordings = [
        Recording { name: "recording".to_owned(), input: recording::afternoon(), events: once },
        Recording { name: format!("{COPIES} copies"), input: larger, events: copies.len() },
    ];
    let mut criterion = Criterion::default().configure_from_args();
    let mut figures = Vec::new();
    for recording in &recordings {
        let mut group = criterion.benchmark_group(format!("replay of {}", recording.name));
        for store in [Store::Local, Store::Memory] {
            let name =
                format!("replay of {} ({} events), {}", recording.name, recording.events, store.name());
            figures.push((name, measure(&mut group, recording, store)));
        }
        group.finish();
    }
    criterion.final_summary();
    figures::head();
    for (name, rates) in figures {
        if let Some(rate) = Spread::of(rates) {
            figures::line(&name, &rate.show("events/s", 0), GOAL, NONE);
        }
    }
}

/// Events per second of each replay; opening an empty store is not part of it.
fn measure(group: &mut BenchmarkGroup<'_, WallTime>, recording: &Recording, store: Store) -> Vec<f64> {
    let mut rates = Vec::new();
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .throughput(Throughput::Elements(recording.events as u64));
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(10));
    group.bench_function(store.name(), |bencher| {
        bencher.iter_custom(|iterations| {
            let mut total = Duration::ZERO;
            for _ in 0..iterations {
                let (events, took) = store.replay(recording.input.clone());
                rates.push(events as f64 / took.as_secs_f64());
                total += took;
            }
            total
        });
    });
    rates
}

impl Store {
    fn name(self) -> &'static str {
        match self {
            Self::Local => "local store",
            Self::Memory => "memory",
        }
    }

    /// Replays into a new store.
    fn replay(self, input: Input) -> (u64, Duration) {
        match self {
            Self::Local => {
                let lab = Lab::open();
                replay(&lab.runtime, &lab.ports, input, lab.folder())
            }
            Self::Memory => {
                let folder = lab::folder();
                let ports = Ports::memory(&MemoryStore::default());
                replay(&Runtime::new().unwrap(), &ports, input, folder.path())
            }
        }
    }
}
