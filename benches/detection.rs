//! Figures of the detectors: samples a second on one core, and sizes of their states.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench that cannot go on ends, and prints what it measured"
)]

use chiron_detect::{Detect, Heard, Shard};
use chiron_events::{Context, MetricsRecorded};
use chiron_function::Fold;
use chiron_model::{MetricKind, MetricOwner, MetricSeries, MetricType, Sample, Timestamp};
use chiron_streaming::{
    AdaptiveRandomForest, AdaptiveRandomForestConfig, ChangePoint, HalfSpaceTrees, HalfSpaceTreesConfig,
    Learner, LightDetector, Trend, TrendConfig,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::{collections::BTreeMap, hint::black_box, sync::Arc};

/// Values of a day with a season and some noise, the same each time.
fn values(count: usize) -> Vec<f64> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count)
        .map(|step| {
            50.0 + 20.0 * (step as f64 / 288.0 * std::f64::consts::TAU).sin() + 5.0 * (random() + random())
        })
        .collect()
}

fn light(criterion: &mut Criterion) {
    let values = values(200_000);
    let mut group = criterion.benchmark_group("light detector");
    for series in [1_usize, 10_000] {
        let mut detectors = vec![LightDetector::default(); series];
        let (mut step, mut at) = (0_usize, 1_700_000_000_i64);
        group.throughput(Throughput::Elements(100_000));
        group.bench_function(format!("{series} series"), |bencher| {
            bencher.iter(|| {
                for _ in 0..100_000 {
                    at += i64::from(step % series == 0) * 300;
                    black_box(detectors[step % series].step(at, values[step * 7 % values.len()]));
                    step += 1;
                }
            });
        });
        let sizes: usize = detectors.iter().take(100).map(|it| it.snapshot().size()).sum();
        println!(
            "light detector, {series} series: state {} B serialised, {} B in memory",
            sizes / series.min(100),
            size_of::<LightDetector>()
        );
    }
    group.finish();
}

fn half_space_trees(criterion: &mut Criterion) {
    let values = values(200_000);
    let mut group = criterion.benchmark_group("half-space trees");
    for (depth, features) in [(8_u8, 10_u16), (8, 1), (6, 7)] {
        let config = HalfSpaceTreesConfig { depth, ..HalfSpaceTreesConfig::of(features) };
        let mut trees = HalfSpaceTrees::new(config).unwrap();
        let samples: Vec<Vec<f32>> =
            values.windows(usize::from(features)).map(|it| it.iter().map(|v| *v as f32).collect()).collect();
        let mut step = 0;
        group.throughput(Throughput::Elements(10_000));
        group.bench_function(format!("25 trees, depth {depth}, {features} features"), |bencher| {
            bencher.iter(|| {
                for _ in 0..10_000 {
                    black_box(trees.step(&samples[step % samples.len()]));
                    step += 1;
                }
            });
        });
        println!(
            "half-space trees, depth {depth}, {features} features: state {} B serialised",
            trees.snapshot().size()
        );
    }
    group.finish();
}

fn adaptive_random_forest(criterion: &mut Criterion) {
    let values = values(200_000);
    let mut forest = AdaptiveRandomForest::new(AdaptiveRandomForestConfig::of(10, 2)).unwrap();
    let samples: Vec<([f32; 10], u16)> = values
        .windows(10)
        .map(|it| (std::array::from_fn(|n| it[n] as f32), u16::from(it[0] + it[3] > it[5] + it[7])))
        .collect();
    let (mut step, mut out) = (0, [0.0_f32; 2]);
    let mut group = criterion.benchmark_group("adaptive random forest");
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("10 trees, 10 features, predict and learn", |bencher| {
        bencher.iter(|| {
            for _ in 0..1_000 {
                let (features, class) = &samples[step % samples.len()];
                black_box(forest.predict_into(features, &mut out));
                forest.learn_one(features, *class);
                step += 1;
            }
        });
    });
    println!(
        "adaptive random forest: state {} B serialised, {} samples learned",
        forest.snapshot().size(),
        forest.learned()
    );
    group.finish();
}

fn trend_and_change_point(criterion: &mut Criterion) {
    let values = values(200_000);
    let sample = |step: usize| {
        let at = Timestamp::from_secs(1_700_000_000 + i64::try_from(step).unwrap() * 15);
        Sample { at, value: values[step % values.len()] }
    };
    let mut group = criterion.benchmark_group("others");
    group.throughput(Throughput::Elements(10_000));
    let (mut trend, mut step) = (Trend::new(TrendConfig::default()), 0);
    group.bench_function("trend", |bencher| {
        bencher.iter(|| {
            for _ in 0..10_000 {
                trend.learn_one(black_box(sample(step)));
                step += 1;
            }
        });
    });
    let (mut change, mut step) = (ChangePoint::default(), 0);
    group.bench_function("change point", |bencher| {
        bencher.iter(|| {
            for _ in 0..10_000 {
                black_box(change.step(sample(step)));
                step += 1;
            }
        });
    });
    group.finish();
}

/// Ten thousand series of a thousand workloads in one process: time of a tick, memory, bytes of all states.
fn stage(criterion: &mut Criterion) {
    const SERIES: u32 = 10_000;
    let values = values(10_000);
    let before = resident();
    let mut shards: BTreeMap<u32, Shard> = BTreeMap::new();
    let mut tick = 0_usize;
    let mut step = || {
        let at = Timestamp::from_secs(1_700_000_000 + i64::try_from(tick).unwrap() * 15);
        tick += 1;
        let mut batches: BTreeMap<u32, Vec<MetricSeries>> = BTreeMap::new();
        for number in 0..SERIES {
            let value = values[(number as usize * 31 + tick) % values.len()];
            let series = series(number, Sample { at, value });
            batches.entry(series.shard()).or_default().push(series);
        }
        for (shard, series) in batches {
            let series = Arc::new(series);
            let (cluster, section) = ("bench".to_owned(), None);
            let batch = MetricsRecorded { cluster, shard, earliest: at, latest: at, section, series };
            black_box(Detect.fold(
                &Context::default(),
                shards.entry(shard).or_default(),
                Heard::Measured(batch),
            ));
        }
    };
    (0..300).for_each(|_| step());
    let mut group = criterion.benchmark_group("detect");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(SERIES)));
    group.bench_function("a tick of 10,000 series of 1,000 workloads", |bencher| bencher.iter(&mut step));
    group.finish();
    let states: Vec<usize> = shards.values().map(|it| chiron_store::pack(it).unwrap().len()).collect();
    println!(
        "detect, 10,000 series: {} MiB resident more than before (must be < 300), states {} KB in {} shards",
        resident().saturating_sub(before) >> 20,
        states.iter().sum::<usize>() / 1000,
        states.len()
    );
}

fn series(number: u32, sample: Sample) -> MetricSeries {
    let owner = MetricOwner {
        namespace: format!("n{}", number % 20),
        workload: format!("w{}", number % 1_000),
        pod: format!("w{}-{}", number % 1_000, number / 1_000 % 2),
        container: "main".to_owned(),
    };
    let labels = [("namespace", owner.namespace.clone()), ("pod", owner.pod.clone())];
    let types =
        [MetricType::Cpu, MetricType::Memory, MetricType::Network, MetricType::Latency, MetricType::Custom];
    let ty = types[(number / 2_000) as usize % types.len()];
    MetricSeries {
        name: format!("bench_{ty}"),
        labels: labels.map(|(name, value)| (name.to_owned(), value)).into(),
        ty,
        kind: MetricKind::Gauge,
        unit: String::new(),
        owner,
        samples: vec![sample],
    }
}

/// Bytes of this process in memory.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|it| it.parse::<usize>().ok()).unwrap_or(0) * 4096
}

criterion_group!(benches, stage, light, half_space_trees, adaptive_random_forest, trend_and_change_point);
criterion_main!(benches);
