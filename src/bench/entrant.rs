//! Who enters: detectors of one series, and detectors of many.

use chiron_model::{MetricSeries, Sample, SeriesId, Timestamp};
use std::collections::BTreeMap;

/// Scores one series, row by row.
pub trait Scorer {
    /// What it is called in tables.
    fn name(&self) -> &'static str;

    /// How unusual the value is, in `0.0..=1.0`, by what came before; then learns it.
    fn score(&mut self, at: Timestamp, value: f64) -> f64;
}

/// A series that is watched, without its samples.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name within the data set.
    pub id: SeriesId,
    /// What it measures and what it belongs to; it has no samples.
    pub series: MetricSeries,
}

impl Subject {
    /// A subject for a series; samples are dropped.
    #[must_use]
    pub fn new(mut series: MetricSeries) -> Self {
        series.samples = Vec::new();
        Self { id: series.id(), series }
    }
}

/// What a detector says of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Verdict {
    /// How unusual it is, in `0.0..=1.0`.
    pub score: f64,
    /// Whether its own settings, as shipped, make it an alert.
    pub alert: bool,
}

/// Watches all series of a data set, one sample at a time, in the order of time.
pub trait SeriesDetector {
    /// What it is called in tables.
    fn name(&self) -> &'static str;

    /// Judges a sample by what came before, then learns it. `index` is the place of the subject in its data set.
    fn judge(&mut self, index: usize, subject: &Subject, sample: Sample) -> Verdict;

    /// A copy with all that it learned, so that incidents apart from each other can follow the same history.
    fn fork(&self) -> Box<dyn SeriesDetector>;
}

/// A detector of one series, applied to each of many, with one threshold for all of them.
#[derive(Clone)]
pub struct OnePerSeries<S> {
    name: &'static str,
    threshold: Option<f64>,
    make: fn() -> S,
    scorers: BTreeMap<usize, S>,
}

impl<S: Scorer + Clone + 'static> OnePerSeries<S> {
    /// One scorer a series, made when its first sample comes. A score from `threshold` on is an alert; without one there
    /// are scores, but no alerts.
    #[must_use]
    pub fn new(name: &'static str, threshold: Option<f64>, make: fn() -> S) -> Self {
        Self { name, threshold, make, scorers: BTreeMap::new() }
    }
}

impl<S: Scorer + Clone + 'static> SeriesDetector for OnePerSeries<S> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn judge(&mut self, index: usize, _subject: &Subject, sample: Sample) -> Verdict {
        let scorer = self.scorers.entry(index).or_insert_with(self.make);
        let score = scorer.score(sample.at, sample.value);
        Verdict { score, alert: self.threshold.is_some_and(|it| score >= it) }
    }

    fn fork(&self) -> Box<dyn SeriesDetector> {
        Box::new(self.clone())
    }
}

/// A detector that takes part, and how it is made.
pub struct Entrant {
    /// What it is called in tables.
    pub name: &'static str,
    /// The score from which on it alerts, as shipped or as its authors recommend, if they recommend one.
    pub threshold: Option<f64>,
    /// Makes a detector of one series that has seen nothing.
    pub scorer: Box<dyn Fn() -> Box<dyn Scorer>>,
    /// Makes a detector of many series that has seen nothing.
    pub detector: Box<dyn Fn() -> Box<dyn SeriesDetector>>,
}

impl Entrant {
    /// A detector of one series that enters both kinds of benchmark.
    #[must_use]
    pub fn of<S: Scorer + Clone + 'static>(
        name: &'static str,
        threshold: Option<f64>,
        make: fn() -> S,
    ) -> Self {
        Self {
            name,
            threshold,
            scorer: Box::new(move || Box::new(make())),
            detector: Box::new(move || Box::new(OnePerSeries::new(name, threshold, make))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::{MetricKind, MetricOwner, MetricType};

    /// Says how many samples it has seen, in hundredths.
    #[derive(Clone, Default)]
    struct Counter(f64);

    impl Scorer for Counter {
        fn name(&self) -> &'static str {
            "counter"
        }

        fn score(&mut self, _at: Timestamp, _value: f64) -> f64 {
            self.0 += 0.01;
            self.0
        }
    }

    fn subject() -> Subject {
        Subject::new(MetricSeries {
            name: "up".to_owned(),
            labels: BTreeMap::new(),
            ty: MetricType::Custom,
            kind: MetricKind::Gauge,
            unit: String::new(),
            owner: MetricOwner::default(),
            samples: Vec::new(),
        })
    }

    #[test]
    fn each_series_has_a_scorer_of_its_own() {
        let mut detector = OnePerSeries::new("counter", Some(0.02), Counter::default);
        let sample = Sample { at: Timestamp::from_secs(1), value: 1.0 };

        let verdicts: Vec<_> = [0, 1, 0].map(|index| detector.judge(index, &subject(), sample).alert).into();

        assert_eq!(verdicts, [false, false, true]);
    }

    #[test]
    fn a_fork_does_not_change_its_origin() {
        let mut detector = OnePerSeries::new("counter", Some(0.02), Counter::default);
        let sample = Sample { at: Timestamp::from_secs(1), value: 1.0 };
        let mut fork = detector.fork();

        fork.judge(0, &subject(), sample);

        assert!(!detector.judge(0, &subject(), sample).alert);
    }
}
