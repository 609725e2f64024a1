//! What ten thousand series cost.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod support;

use chiron_model::{MetricSeries, MetricType, Sample};
use support::{Lab, Series, noise};

/// Series of one instance, in so many shards.
const SERIES: usize = 10_000;
const SHARDS: usize = 16;
/// Enough for every part of a series' state to be there.
const TICKS: usize = 15;
/// What an instance may take more than before, in MiB.
const MOST: usize = 300;

/// Bytes of this process in memory; nothing where the system does not tell.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

fn series(number: usize) -> MetricSeries {
    let types =
        [MetricType::Cpu, MetricType::Memory, MetricType::Network, MetricType::Latency, MetricType::Custom];
    let ty = types[number % types.len()];
    let mut series = Series::new(&format!("bench_{ty}"), ty, &format!("pod-{number}")).0;
    // Two pods in a workload.
    series.owner.workload = format!("workload-{}", number / (2 * types.len()));
    series
}

#[test]
fn ten_thousand_series_fit_into_300_mib() {
    let Some(before) = resident() else {
        println!("skipped: /proc/self/statm is not there: memory of ten thousand series");
        return;
    };
    let mut labs: Vec<Lab> = (0..SHARDS).map(|_| Lab::default()).collect();
    for (shard, lab) in labs.iter_mut().enumerate() {
        let all: Vec<MetricSeries> =
            (0..SERIES / SHARDS).map(|number| series(shard * SERIES + number)).collect();
        for tick in 0..TICKS {
            let at = lab.now();
            let value = |number: usize| 50.0 + noise(number * 31 + tick * 7);
            let batch = all.iter().enumerate().map(|(number, series)| MetricSeries {
                samples: vec![Sample { at, value: value(number) }],
                ..series.clone()
            });
            lab.take(batch.collect());
            lab.skip(1);
        }
    }

    let taken = resident().unwrap().saturating_sub(before) >> 20;
    let watched: usize = labs.iter().map(|lab| lab.shard.metrics().views().count()).sum();
    println!("{watched} series and means of workloads: {taken} MiB");
    assert!(watched >= SERIES, "{watched}");
    assert!(taken < MOST, "{taken} MiB");
}
