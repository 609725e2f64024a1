//! Which part of which histogram a series is.

use crate::describe;
use chiron_model::{MetricKind, MetricOwner, MetricSeries};

/// A part of a histogram or a summary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// Observations up to this bound, which may be infinite.
    Bucket(f64),
    /// Sum of all observations.
    Sum,
    /// Number of all observations.
    Count,
}

/// Which part of which histogram a series is.
#[derive(Clone, Debug)]
pub(super) struct Role {
    /// The histogram as a series without samples, named without an ending and without the label `le`; only its unit is
    /// told here, by the sum.
    pub(super) histogram: MetricSeries,
    pub(super) part: Part,
    /// Whether the series by itself shows that there is a histogram or a summary. A gauge may be named `_count`, too.
    pub(super) is_sure: bool,
}

impl Role {
    /// What the series is of a histogram that counts since the start; nothing for any other series, also for the buckets of
    /// a gauge histogram.
    pub(super) fn of(series: &MetricSeries) -> Option<Self> {
        let (name, part) = named(series)?;
        let is_counter = series.kind == MetricKind::Counter;
        let is_sure = match part {
            Part::Bucket(_) if !is_counter => return None,
            Part::Bucket(_) => true,
            Part::Sum => is_counter,
            Part::Count => false,
        };
        let mut histogram = MetricSeries {
            name: name.to_owned(),
            labels: series.labels.clone(),
            ty: series.ty,
            kind: MetricKind::Gauge,
            unit: if part == Part::Sum { series.unit.clone() } else { String::new() },
            owner: MetricOwner::default(),
            samples: Vec::new(),
        };
        histogram.labels.remove("le");
        Some(Self { histogram, part, is_sure })
    }

    /// The histogram, with all that follows from its name and labels.
    pub(super) fn described(&self) -> MetricSeries {
        describe(self.histogram.name.clone(), self.histogram.labels.clone(), None)
    }

    pub(super) fn is_bucket(&self) -> bool {
        match self.part {
            Part::Bucket(_) => true,
            Part::Sum | Part::Count => false,
        }
    }
}

fn named(series: &MetricSeries) -> Option<(&str, Part)> {
    if let Some(name) = series.name.strip_suffix("_bucket") {
        let bound: f64 = series.labels.get("le")?.parse().ok()?;
        return (!bound.is_nan()).then_some((name, Part::Bucket(bound)));
    }
    let sum = series.name.strip_suffix("_sum").map(|name| (name, Part::Sum));
    sum.or_else(|| series.name.strip_suffix("_count").map(|name| (name, Part::Count)))
}
