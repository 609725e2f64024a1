//! A whole document, with its series put together.

use super::{Problem, Settings, read};
use chiron_model::MetricSeries;
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

/// Problems that are kept; more are only counted.
const PROBLEMS_KEPT: usize = 100;

/// What a document holds.
#[derive(Debug, Default)]
pub struct Document {
    /// The series, in the order in which they first came, each once.
    pub series: Vec<MetricSeries>,
    /// Samples in all series.
    pub samples: u64,
    /// Exemplars that were left out.
    pub exemplars: u64,
    /// The first 100 problems.
    pub problems: Vec<Problem>,
    /// All problems.
    pub problem_count: u64,
}

/// Puts the samples of each series together.
struct Collector {
    document: Document,
    /// Where the series are whose names and labels have this hash; almost always one. The ids themselves would take as
    /// much memory as the series.
    places: HashMap<u64, Vec<usize>>,
    hashes: RandomState,
    limit: usize,
    is_full: bool,
}

/// Reads a whole document. What cannot be read is left out and told in its problems.
#[must_use]
pub fn parse(text: &[u8], settings: &Settings) -> Document {
    let limit = settings.limits.series;
    let mut collector = Collector {
        document: Document::default(),
        places: HashMap::new(),
        hashes: RandomState::new(),
        limit,
        is_full: false,
    };
    let mut lines = read(text, settings);
    while let Some(found) = lines.next() {
        let result = found.and_then(|series| collector.add(series, lines.parser().lines()));
        if let Err(problem) = result {
            collector.document.trouble(problem);
        }
    }
    collector.document.exemplars = lines.parser().exemplars();
    collector.document
}

impl Document {
    fn trouble(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_KEPT {
            self.problems.push(problem);
        }
    }
}

impl Collector {
    /// Adds a series, or its samples to the series of the same name. That there is no place is told once.
    fn add(&mut self, series: MetricSeries, line: u64) -> Result<(), Problem> {
        let all = &mut self.document.series;
        let added = series.samples.len() as u64;
        let hash = self.hashes.hash_one((&series.name, &series.labels));
        let is_same = |it: &MetricSeries| it.name == series.name && it.labels == series.labels;
        let mut places = self.places.get(&hash).into_iter().flatten().copied();
        let known = places.find(|place| all.get(*place).is_some_and(is_same));
        if let Some(known) = known.and_then(|place| all.get_mut(place)) {
            known.samples.extend(series.samples);
        } else if all.len() < self.limit {
            self.places.entry(hash).or_default().push(all.len());
            all.push(series);
        } else if self.is_full {
            return Ok(());
        } else {
            self.is_full = true;
            return Err(Problem::TooManySeries { line, limit: self.limit });
        }
        self.document.samples += added;
        Ok(())
    }
}
