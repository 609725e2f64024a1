//! Metrics as tables: CSV files, long, wide, or wide under several lines of headings.
//!
//! | layout | first lines | a series is |
//! |---|---|---|
//! | long | `timestamp,metric,pod,value` | a metric with the labels of the row |
//! | wide | `timestamp,pod,cpu,memory` | a column, with the labels of the row |
//! | headed | `service,cart,cart` / `metric,cpu,memory` / `timestamp,,` | a column, with what stands above it |
//!
//! Names of columns are read without regard to case, blanks and signs. In wide tables, a column of texts is a label and a
//! column of numbers a series. Empty cells, and words such as `null`, are missing values; `NaN` is a number that is not
//! known. A cell that cannot be read is told with its line and column, and the rest is read nevertheless. Times without a zone
//! are UTC; counts since 1970 are in the unit that their size shows.

mod cell;
mod columns;
mod fill;
mod header;
mod heading;
mod plan;
mod problem;
mod rows;
mod source;

pub use problem::{Error, Problem};
pub use rows::read;

use chiron_model::MetricSeries;
use std::collections::BTreeMap;

/// How a table is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Name of the metric of a table that has nothing but times and values, such as the name of its file.
    pub metric: String,
    /// Labels that every series has; a label of the same name in the table wins.
    pub labels: BTreeMap<String, String>,
    /// What is too much.
    pub limits: Limits,
}

/// What is too much for one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Series. Default 200,000.
    pub series: usize,
    /// Samples in all series. Default 20,000,000.
    pub samples: usize,
    /// Columns. Default 20,000.
    pub columns: usize,
}

/// How a table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A row is one sample.
    Long,
    /// A row is a time, with a sample in each column.
    Wide,
    /// As wide, under so many lines of headings.
    Headed(usize),
}

/// What a table holds.
#[derive(Debug)]
pub struct Table {
    /// How it is laid out.
    pub layout: Layout,
    /// The column that gives the times.
    pub time_column: String,
    /// The series, in the order in which they first came, each with its samples by time; samples of equal times stay in
    /// the order of the rows.
    pub series: Vec<MetricSeries>,
    /// Samples in all series.
    pub samples: u64,
    /// Cells without a value.
    pub missing: u64,
    /// The first 100 problems.
    pub problems: Vec<Problem>,
    /// All problems.
    pub problem_count: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { series: 200_000, samples: 20_000_000, columns: 20_000 }
    }
}

impl Settings {
    /// Settings for a table; `metric` names what it measures if it does not say so itself.
    #[must_use]
    pub fn new(metric: impl Into<String>) -> Self {
        Self { metric: metric.into(), labels: BTreeMap::new(), limits: Limits::default() }
    }
}
