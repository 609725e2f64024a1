//! One replay, from the first line to the dataset.

use super::recording::CLUSTER;
use chiron::{
    ports::Ports,
    replay::{DatasetFolder, Input, Progress, Replay},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// Replays an input; gives the number of its events and how long it took.
pub(crate) fn replay(runtime: &Runtime, ports: &Ports, input: Input, folder: &Path) -> (u64, Duration) {
    let datasets = folder.join("datasets");
    let replay = Replay::new(ports.clone(), CLUSTER);
    let mut progress = Progress::none();
    let started = Instant::now();
    let run = replay.run(vec![input], DatasetFolder::Inside(&datasets), &mut progress);
    let report = runtime.block_on(run).unwrap();
    let took = started.elapsed();
    // A fast replay that found nothing would be no replay.
    assert!(report.errors.is_empty() && report.counts.incidents > 0, "{:?}", report.counts);
    (report.counts.events, took)
}
