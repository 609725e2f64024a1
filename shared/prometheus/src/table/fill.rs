//! Puts the cells of a table into series.

use super::{Layout, Problem, Settings, Table, heading, plan::Name};
use crate::{describe, exposition::labelled};
use chiron_model::{MetricSeries, Sample};
use std::collections::{BTreeMap, HashMap};

/// Problems that are kept; more are only counted.
const PROBLEMS_KEPT: usize = 100;
/// Labels that the name of a series may have within it.
const LABELS: usize = 64;

/// Puts the cells of a table into series.
pub(super) struct Filler<'a> {
    settings: &'a Settings,
    table: Table,
    /// Where the series of these labels and this column is.
    places: HashMap<Vec<String>, BTreeMap<usize, usize>>,
    is_full: bool,
}

impl<'a> Filler<'a> {
    pub(super) fn new(settings: &'a Settings, layout: Layout, time_column: String) -> Self {
        let table = Table {
            layout,
            time_column,
            series: Vec::new(),
            samples: 0,
            missing: 0,
            problems: Vec::new(),
            problem_count: 0,
        };
        Self { settings, table, places: HashMap::new(), is_full: false }
    }

    pub(super) fn trouble(&mut self, problem: Problem) {
        self.table.problem_count += 1;
        if self.table.problems.len() < PROBLEMS_KEPT {
            self.table.problems.push(problem);
        }
    }

    pub(super) fn missing(&mut self) {
        self.table.missing += 1;
    }

    /// Adds a sample to the series of these cells in this column, which `make` gives when it first comes.
    pub(super) fn sample(
        &mut self,
        line: u64,
        key: (&[String], usize),
        sample: Sample,
        make: impl FnOnce() -> Name,
    ) {
        let (labels, column) = key;
        let known = self.places.get(labels).and_then(|columns| columns.get(&column)).copied();
        let Some(place) = known.or_else(|| self.place(line, make)) else { return };
        if known.is_none() {
            self.places.entry(labels.to_vec()).or_default().insert(column, place);
        }
        if let Some(series) = self.table.series.get_mut(place) {
            series.samples.push(sample);
            self.table.samples += 1;
        }
    }

    /// A place for a new series, if there is one.
    fn place(&mut self, line: u64, make: impl FnOnce() -> Name) -> Option<usize> {
        let limit = self.settings.limits.series;
        let place = self.table.series.len();
        if place < limit {
            let (name, labels) = make();
            self.table.series.push(series(&name, labels, self.settings));
            return Some(place);
        }
        if !self.is_full {
            self.is_full = true;
            self.trouble(Problem::TooManySeries { line, limit });
        }
        None
    }

    /// Whether there is no place for more samples.
    pub(super) fn is_full(&self) -> bool {
        self.table.samples >= self.settings.limits.samples as u64
    }

    pub(super) fn finish(mut self) -> Table {
        for series in &mut self.table.series {
            series.samples.sort_by_key(|sample| sample.at);
        }
        self.table
    }
}

/// The series of a column, named as the column.
fn series(name: &str, mut labels: BTreeMap<String, String>, settings: &Settings) -> MetricSeries {
    // Exports of Prometheus have the labels in the name: `up{job="a"}`.
    let (name, within) = labelled(name, LABELS).unwrap_or_else(|| (name.trim().to_owned(), BTreeMap::new()));
    labels.extend(within);
    for (label, value) in &settings.labels {
        labels.entry(label.clone()).or_insert_with(|| value.clone());
    }
    labels.retain(|_, value| !value.is_empty());
    // What `PodName` means is known of `pod_name`.
    let plain = labels.iter().map(|(label, value)| (heading::plain(label), value.clone())).collect();
    MetricSeries { labels, ..describe(name, plain, None) }
}
