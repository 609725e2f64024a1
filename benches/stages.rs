//! Time per observation of each stage that thinks, alone, on the inputs that it has in a replay of the recording.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench that cannot go on ends, and prints what it measured"
)]

mod support;

use chiron::ports::now;
use chiron_assess::Assess;
use chiron_correlate::{Correlate, Heard};
use chiron_detect::Detect;
use chiron_diagnose::{Diagnose, Reported};
use chiron_function::{Call, Fold, Function};
use chiron_observe::{Config, Observe, Raw};
use chiron_plan::Planner;
use chiron_redact::Redactor;
use chiron_store::MemoryStore;
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use futures::executor::block_on;
use std::{
    collections::BTreeMap,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};
use support::{
    figures::{self, NONE, Spread},
    tapped::Tapped,
};

/// What is left for an observation on one core at 5,000 a second.
const BUDGET: &str = "< 200 µs";

/// Stages that are measured, and what came of it.
struct Stages<'a> {
    group: BenchmarkGroup<'a, WallTime>,
    observations: u64,
    figures: Vec<(String, Spread)>,
}

fn main() {
    if !support::is_asked() {
        return;
    }
    let tapped = Tapped::afternoon();
    let observations = tapped.observations();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("stages");
    group.sample_size(30).throughput(Throughput::Elements(observations));
    let mut stages = Stages { group, observations, figures: Vec::new() };
    stages.measure(&tapped);
    let Stages { group, figures, .. } = stages;
    group.finish();
    print(observations, &figures);
}

fn print(observations: u64, figures: &[(String, Spread)]) {
    figures::head();
    for (name, time) in figures {
        figures::line(name, &time.show("µs", 2), NONE, NONE);
    }
    let sum: f64 = figures.iter().map(|(_, time)| time.median).sum();
    let name = format!("sum, per observation of {observations}");
    figures::line(&name, &format!("{sum:.2} µs"), BUDGET, NONE);
}

impl Stages<'_> {
    fn measure(&mut self, tapped: &Tapped) {
        let redactor = Arc::new(Redactor::new(b"bench"));
        let observe = Observe::new(Config::default(), Arc::new(MemoryStore::default()), redactor, now);
        self.time("observe", &tapped.calls::<Raw>(), |calls| block_on(observe.handle_all(calls)).len());
        self.time("assess", &tapped.calls::<chiron_assess::Heard>(), |calls| {
            fold_all(&Assess::default(), calls)
        });
        self.time("detect", &tapped.calls::<chiron_detect::Heard>(), |calls| fold_all(&Detect, calls));
        self.time("correlate", &tapped.calls::<Heard>(), |calls| fold_all(&Correlate, calls));
        self.time("diagnose and plan", &tapped.calls::<Reported>(), |calls| {
            block_on(diagnose_and_plan(calls))
        });
    }

    /// Times a stage over all its inputs; copying them is not part of it.
    fn time<I: Clone>(&mut self, name: &str, inputs: &[I], run: impl Fn(Vec<I>) -> usize) {
        let (observations, mut times) = (self.observations as f64, Vec::new());
        self.group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                let mut total = Duration::ZERO;
                for _ in 0..iterations {
                    let inputs = inputs.to_vec();
                    let started = Instant::now();
                    black_box(run(inputs));
                    let took = started.elapsed();
                    times.push(took.as_secs_f64() * 1e6 / observations);
                    total += took;
                }
                total
            });
        });
        if let Some(spread) = Spread::of(times) {
            self.figures.push((format!("{name} ({} inputs), per observation", inputs.len()), spread));
        }
    }
}

/// Folds everything from the beginning; gives the number of outputs.
fn fold_all<F: Fold>(fold: &F, calls: Vec<Call<F::Input>>) -> usize {
    let mut states: BTreeMap<String, F::State> = BTreeMap::new();
    let mut outputs = 0;
    for Call { context, input } in calls {
        let state = states.entry(fold.key(&context, &input)).or_default();
        outputs += fold.fold(&context, state, input).len();
    }
    outputs
}

/// Diagnoses incidents and plans for each diagnosis; gives the number of plans.
async fn diagnose_and_plan(calls: Vec<Call<Reported>>) -> usize {
    let planner = Planner::default();
    let mut plans = 0;
    for call in calls {
        let context = call.context.clone();
        for input in Diagnose.handle(call).await.unwrap().outputs {
            let planned = planner.handle(Call { context: context.clone(), input }).await.unwrap();
            plans += planned.outputs.len();
        }
    }
    plans
}
