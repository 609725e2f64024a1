//! How well detectors do: on the Numenta Anomaly Benchmark, and on metrics with faults that were injected.
//!
//! Every detector plugs in the same way, ours and those of others: an [`Entrant`] makes it anew for each file or data
//! set. It is given one row at a time and knows nothing of the rows to come.
//!
//! - [`nab`] feeds a corpus and writes results in its format; [`nab_score`] scores them by the published rule.
//! - [`faults`] holds the data sets with faults and the rules by which alerts are judged; [`nezha`] and [`petshop`]
//!   read them; [`judge`] counts, [`sweep`] finds the best threshold within a budget of false alarms.
//! - [`figures`] measures an entrant on all of them, [`speed`] its speed, and [`table`] shows the figures.
//! - [`three_sigma`] has the plain detectors that every other must beat.

pub mod csv;
pub mod entrant;
pub mod error;
pub mod faults;
pub mod figures;
pub mod judge;
pub mod judgement;
pub mod nab;
pub mod nab_rule;
pub mod nab_score;
pub mod nezha;
mod nezha_columns;
pub mod petshop;
pub mod shipped;
pub mod speed;
pub mod sweep;
pub mod table;
pub mod three_sigma;
pub mod tracks;

#[cfg(test)]
mod oracle;

pub use entrant::{Entrant, OnePerSeries, Scorer, SeriesDetector, Subject, Verdict};
pub use error::BenchError;

/// All detectors of this crate that take part, in the order of the tables.
#[must_use]
pub fn field() -> Vec<Entrant> {
    shipped::shipped().into_iter().chain(three_sigma::references()).collect()
}
