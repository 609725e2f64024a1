//! What is shipped, as it takes part: the light detector of one series, and the whole `detect` function.

use super::{Entrant, Scorer, SeriesDetector, Subject, Verdict};
use chiron_detect::{Detect, Detected, Heard, Shard};
use chiron_events::{Context, MetricsRecorded};
use chiron_function::Fold;
use chiron_model::{MetricSeries, SERIES_SHARDS, Sample, Timestamp};
use chiron_streaming::LightDetector;
use std::{collections::BTreeMap, sync::Arc};

/// Name of the light detector in tables.
const LIGHT: &str = "chiron light";
/// Name of the whole function in tables.
const DETECT: &str = "chiron detect";
/// The score that is given to what the function tells: it has no other.
const TOLD: f64 = 1.0;

/// The light detector with its shipped settings.
#[derive(Clone, Default)]
struct Light(LightDetector);

impl Scorer for Light {
    fn name(&self) -> &'static str {
        LIGHT
    }

    fn score(&mut self, at: Timestamp, value: f64) -> f64 {
        self.0.step(at.secs(), value).alert
    }
}

/// The `detect` function: metric types with their directions, dampening, siblings, trends.
#[derive(Clone, Default)]
struct Stage {
    shards: BTreeMap<u32, Shard>,
}

impl Stage {
    fn take(&mut self, series: MetricSeries) -> Vec<Detected> {
        let shard = series.shard() % SERIES_SHARDS;
        let at = series.samples.first().map_or(Timestamp::MIN, |it| it.at);
        let batch = MetricsRecorded {
            cluster: "bench".to_owned(),
            shard,
            earliest: at,
            latest: at,
            section: None,
            series: Arc::new(vec![series]),
        };
        Detect.fold(&Context::default(), self.shards.entry(shard).or_default(), Heard::Measured(batch))
    }
}

impl SeriesDetector for Stage {
    fn name(&self) -> &'static str {
        DETECT
    }

    fn judge(&mut self, _index: usize, subject: &Subject, sample: Sample) -> Verdict {
        let told = self.take(MetricSeries { samples: vec![sample], ..subject.series.clone() });
        let alert = told.iter().any(|it| matches!(it, Detected::Began(_)));
        Verdict { score: if alert { TOLD } else { 0.0 }, alert }
    }

    fn fork(&self) -> Box<dyn SeriesDetector> {
        Box::new(self.clone())
    }
}

/// The light detector, which scores the Numenta benchmark.
#[must_use]
pub fn light() -> Entrant {
    Entrant::of(LIGHT, Some(LightDetector::THRESHOLD), Light::default)
}

/// The light detector and the whole function.
#[must_use]
pub fn shipped() -> Vec<Entrant> {
    let stage = Entrant {
        name: DETECT,
        threshold: Some(TOLD),
        scorer: Box::new(|| Box::new(Light::default())),
        detector: Box::new(|| Box::new(Stage::default())),
    };
    vec![light(), stage]
}
