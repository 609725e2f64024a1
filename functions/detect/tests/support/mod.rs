//! A shard, and batches of samples for it.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by tests that each use a part")]

use chiron_detect::{Detect, Detected, Heard, Shard};
use chiron_events::{Context, MetricsRecorded};
use chiron_function::Fold;
use chiron_model::{Anomaly, MetricKind, MetricOwner, MetricSeries, MetricType, Sample, Timestamp};
use std::sync::Arc;

/// Seconds between samples.
pub(crate) const STEP: i64 = 15;
/// A long calm time, in samples.
pub(crate) const CALM: usize = 600;

/// A shard that takes batches one after the other.
#[derive(Default)]
pub(crate) struct Lab {
    pub(crate) shard: Shard,
    step: i64,
}

/// One series, without samples.
#[derive(Clone)]
pub(crate) struct Series(pub(crate) MetricSeries);

impl Series {
    pub(crate) fn new(name: &str, ty: MetricType, pod: &str) -> Self {
        let owner = MetricOwner {
            namespace: "shop".to_owned(),
            workload: "cart".to_owned(),
            pod: pod.to_owned(),
            container: "cart".to_owned(),
        };
        let labels = [("namespace", "shop"), ("pod", pod)];
        Self(MetricSeries {
            name: name.to_owned(),
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            ty,
            kind: MetricKind::Gauge,
            unit: String::new(),
            owner,
            samples: Vec::new(),
        })
    }

    pub(crate) fn unit(mut self, unit: &str) -> Self {
        unit.clone_into(&mut self.0.unit);
        self
    }

    pub(crate) fn counter(mut self) -> Self {
        self.0.kind = MetricKind::Counter;
        self
    }
}

impl Lab {
    /// Another one that goes on from a state.
    pub(crate) fn restored(&self, shard: Shard) -> Self {
        Self { shard, step: self.step }
    }

    /// The next tick: one value for each series.
    pub(crate) fn tick(&mut self, values: &[(&Series, f64)]) -> Vec<Detected> {
        let at = self.now();
        self.step += 1;
        let series = values.iter().map(|(series, value)| MetricSeries {
            samples: vec![Sample { at, value: *value }],
            ..series.0.clone()
        });
        self.take(series.collect())
    }

    pub(crate) fn take(&mut self, series: Vec<MetricSeries>) -> Vec<Detected> {
        let times = || series.iter().flat_map(|it| &it.samples).map(|it| it.at);
        let batch = MetricsRecorded {
            cluster: "lab".to_owned(),
            shard: 8,
            earliest: times().min().unwrap_or_default(),
            latest: times().max().unwrap_or_default(),
            section: None,
            series: Arc::new(series),
        };
        Detect.fold(&Context::default(), &mut self.shard, Heard::Measured(batch))
    }

    /// Ticks of one series.
    pub(crate) fn run(&mut self, series: &Series, values: impl IntoIterator<Item = f64>) -> Vec<Detected> {
        values.into_iter().flat_map(|value| self.tick(&[(series, value)])).collect()
    }

    pub(crate) fn skip(&mut self, steps: i64) {
        self.step += steps;
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_790_000_000 + self.step * STEP)
    }
}

/// Small noise without a generator: fractions of multiples of the golden ratio, in `-0.5..0.5`.
pub(crate) fn noise(step: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let turns = step as f64 * 0.618_033_988_749_895 * 7.0;
    turns.fract() - 0.5
}

/// A calm level with a little noise.
pub(crate) fn calm(level: f64, samples: usize) -> impl Iterator<Item = f64> {
    (0..samples).map(move |step| level * (1.0 + 0.1 * noise(step)))
}

pub(crate) fn began(told: &[Detected]) -> Vec<&Anomaly> {
    let began = |it: &'_ Detected| matches!(it, Detected::Began(_));
    told.iter().filter(|it| began(it)).map(anomaly).collect()
}

pub(crate) fn ended(told: &[Detected]) -> Vec<&Anomaly> {
    told.iter().filter(|it| matches!(it, Detected::Ended(_))).map(anomaly).collect()
}

fn anomaly(told: &Detected) -> &Anomaly {
    match told {
        Detected::Began(it) => &it.anomaly,
        Detected::Ended(it) => &it.anomaly,
    }
}
