//! An anomaly as it is told, so that a person can check it.

use super::watched::{Noticed, Watched};
use chiron_model::{
    Anomaly, Driver, Id, MetricOwner, MetricType, Sample, Score, SeriesId, Severity, Timestamp,
};
use chiron_streaming::CHANNELS;

/// Evidence at which a driver scores one half, as in the detector.
const HALF: f32 = 2.0;
/// Drivers that are told.
const TOLD: usize = 4;
/// From here on the combination of a workload's metrics is told as a driver.
const COMBINATION: f64 = 0.9;

/// What is known of a series besides the sample.
pub(super) struct Surroundings<'a> {
    pub cluster: &'a str,
    pub ty: MetricType,
    pub unit: &'a str,
    pub owner: &'a MetricOwner,
    /// The last values, the oldest first.
    pub recent: Vec<Sample>,
    /// How unusual the workload's metrics are together, and which of them most.
    pub combination: (f64, Option<MetricType>),
}

impl<'a> Surroundings<'a> {
    /// The surroundings of a sample. The last values are copied only when there is something to tell.
    pub(super) fn of(
        cluster: &'a str,
        watched: &'a Watched,
        noticed: &Noticed,
        combination: (f64, Option<MetricType>),
    ) -> Self {
        let is_told = noticed.transition.is_some();
        let recent = if is_told { watched.recent.iter().copied().collect() } else { Vec::new() };
        Self { cluster, ty: watched.ty, unit: &watched.unit, owner: &watched.owner, recent, combination }
    }

    /// The anomaly of the series `id` that began at `at`.
    pub(super) fn describe(&self, id: &str, at: Timestamp, noticed: &Noticed) -> Anomaly {
        Anomaly {
            id: Id::derive(&[self.cluster, id, &at.to_string()]),
            series: SeriesId::new(id),
            cluster: self.cluster.to_owned(),
            namespace: self.owner.namespace.clone(),
            severity: Severity::Info,
            started_at: at,
            ended_at: None,
            value: noticed.value,
            expected: noticed.expected,
            score: Score::clamped(noticed.score),
            threshold: Score::clamped(noticed.threshold),
            metric: Some(self.ty),
            direction: Some(noticed.direction),
            owner: Some(self.owner.clone()),
            unit: self.unit.to_owned(),
            with: Vec::new(),
            window: self.recent.clone(),
            drivers: self.drivers(noticed),
        }
    }

    fn drivers(&self, noticed: &Noticed) -> Vec<Driver> {
        let mut parts: Vec<(String, f64, f64)> = CHANNELS
            .iter()
            .zip(noticed.reading.evidence)
            .map(|(name, evidence)| {
                ((*name).to_owned(), f64::from(evidence), f64::from(evidence / (evidence + HALF)))
            })
            .collect();
        parts.extend(noticed.trend.map(|it| ("trend".to_owned(), it.per_second, it.confidence)));
        parts.extend(noticed.odd.map(|it| ("siblings".to_owned(), it.deviation, it.score)));
        let (score, driver) = self.combination;
        if score >= COMBINATION {
            let of = driver.map_or(String::new(), |it| format!(":{it}"));
            parts.push((format!("combination{of}"), score, score / 2.0));
        }
        parts.retain(|(_, _, score)| *score > 0.0);
        parts.sort_by(|one, other| other.2.total_cmp(&one.2));
        parts.truncate(TOLD);
        let all: f64 = parts.iter().map(|(_, _, score)| score).sum();
        parts
            .into_iter()
            .map(|(feature, value, score)| Driver {
                feature,
                value,
                score: Score::clamped(score),
                share: Score::clamped(score / all),
            })
            .collect()
    }
}
