//! What a detection at each row of a file is worth, by the rule of NAB v1.1.
//!
//! Source: Lavin and Ahmad, Evaluating Real-time Anomaly Detection Algorithms, ICMLA 2015, and the labels of the corpus.
//!
//! - The first rows of a file do not count: 15 % of them, rounded down, at most 750.
//! - A detection inside a window is worth 1 at its first row, falling along a sigmoid to just above 0 at its last.
//! - One after a window costs little right behind it and the whole of 1 from three window lengths on; one before the
//!   first window costs 1.

use super::{BenchError, nab::Answered};
use chiron_model::Timestamp;
use std::{collections::BTreeMap, path::Path};

/// Share of the rows of a file that do not count.
const PROBATION: f64 = 0.15;
/// So many rows do not count at most.
const MOST_PROBATION: usize = 750;
/// From so many window lengths behind a window on, a detection costs the whole.
const FAR: f64 = 3.0;

/// First and last row of a labelled window, both inside.
type Span = (usize, usize);

/// A file of results beside its labels.
#[derive(Clone, Debug)]
pub struct Graded {
    /// The file within the corpus.
    pub file: String,
    /// Score of each row.
    pub scores: Vec<f64>,
    /// What a detection at each row is worth before weights: above 0 inside a window, below outside.
    pub gains: Vec<f64>,
    /// The window that each row is in, if it is in one.
    pub windows: Vec<Option<usize>>,
    /// Windows of the file.
    pub window_count: usize,
    /// The first row that counts.
    pub first: usize,
}

impl Graded {
    /// Grades each row. Windows are given by the times of their first and last rows.
    ///
    /// # Errors
    /// When a window begins or ends at no row of the file, or two windows overlap.
    pub fn new(answered: Answered, windows: &[(Timestamp, Timestamp)]) -> Result<Self, BenchError> {
        let Answered { file, times, scores } = answered;
        let spans = spans(&times, windows).map_err(|wrong| BenchError::file(Path::new(&file), wrong))?;
        let rows = times.len();
        let mut gains = vec![-1.0; rows];
        let mut inside = vec![None; rows];
        for (number, (from, to)) in spans.iter().copied().enumerate() {
            let until = spans.get(number + 1).map_or(rows, |next| next.0);
            for row in from..=to {
                gains[row] = worth(row, (from, to));
                inside[row] = Some(number);
            }
            for (row, gain) in gains.iter_mut().enumerate().take(until).skip(to + 1) {
                *gain = cost(row, (from, to));
            }
        }
        let first = probation(rows);
        Ok(Self { file, scores, gains, windows: inside, window_count: spans.len(), first })
    }

    /// The folder of the file within the corpus.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }

    /// Rows that count, with their scores, gains and windows.
    pub fn live(&self) -> impl Iterator<Item = (f64, f64, Option<usize>)> {
        let rows = self.first..self.scores.len();
        rows.map(|row| (self.scores[row], self.gains[row], self.windows[row]))
    }
}

/// Rows of a file that do not count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "few rows"
)]
fn probation(rows: usize) -> usize {
    ((rows as f64 * PROBATION).floor() as usize).min(MOST_PROBATION)
}

/// The windows as rows, sorted. A time that repeats stands for its first row, as in the benchmark.
fn spans(times: &[Timestamp], windows: &[(Timestamp, Timestamp)]) -> Result<Vec<Span>, String> {
    let mut rows = BTreeMap::new();
    for (row, at) in times.iter().enumerate() {
        rows.entry(*at).or_insert(row);
    }
    let row = |at: &Timestamp| {
        rows.get(at).copied().ok_or_else(|| format!("no row is at {at}, where a window ends"))
    };
    let mut spans =
        windows.iter().map(|(from, to)| Ok((row(from)?, row(to)?))).collect::<Result<Vec<Span>, String>>()?;
    spans.sort_unstable();
    let is_apart =
        spans.iter().all(|(from, to)| from <= to) && spans.windows(2).all(|two| two[0].1 < two[1].0);
    if is_apart {
        Ok(spans)
    } else {
        Err("two of its windows overlap, or one ends before it begins".to_owned())
    }
}

/// What a detection inside a window is worth: 1 at its first row.
#[expect(clippy::cast_precision_loss, reason = "few rows")]
fn worth(row: usize, (from, to): Span) -> f64 {
    let left = (to - row + 1) as f64 / (to - from + 1) as f64;
    sigmoid(-left) / sigmoid(-1.0)
}

/// What a detection behind a window costs: -1 far behind it.
#[expect(clippy::cast_precision_loss, reason = "few rows")]
fn cost(row: usize, (from, to): Span) -> f64 {
    let behind = (row - to) as f64 / (to - from).max(1) as f64;
    if behind > FAR { -1.0 } else { sigmoid(behind) }
}

/// From 1 far left through 0 at 0 to -1 far right.
fn sigmoid(x: f64) -> f64 {
    2.0 / (1.0 + (5.0 * x).exp()) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(row: i64) -> Timestamp {
        Timestamp::from_secs(row * 60)
    }

    fn graded(rows: i64, windows: &[(i64, i64)]) -> Result<Graded, BenchError> {
        let times: Vec<_> = (0..rows).map(minute).collect();
        let scores = vec![0.0; times.len()];
        let windows: Vec<_> = windows.iter().map(|(from, to)| (minute(*from), minute(*to))).collect();
        Graded::new(Answered { file: "f/a.csv".to_owned(), times, scores }, &windows)
    }

    #[test]
    fn the_first_row_of_a_window_is_worth_1_and_the_last_little() {
        let file = graded(100, &[(50, 59)]).unwrap();

        assert!((file.gains[50] - 1.0).abs() < 1e-12);
        // By hand: (2 / (1 + e^-0.5) - 1) / (2 / (1 + e^-5) - 1).
        assert!((file.gains[59] - 0.244_918_662_403_709_1 / 0.986_614_298_151_43).abs() < 1e-12);
        assert_eq!((file.windows[50], file.windows[60]), (Some(0), None));
    }

    #[test]
    fn a_detection_costs_more_the_farther_behind_a_window_it_is() {
        let file = graded(100, &[(50, 59)]).unwrap();

        // By hand, three rows behind a window of ten: 2 / (1 + e^(5/3)) - 1.
        assert!((file.gains[62] - (2.0 / (1.0 + (5.0_f64 / 3.0).exp()) - 1.0)).abs() < 1e-12);
        assert!((file.gains[30] + 1.0).abs() < 1e-12, "before the first window");
        assert!((file.gains[95] + 1.0).abs() < 1e-12, "far behind the last");
    }

    #[test]
    fn the_first_15_percent_do_not_count_and_never_more_than_750_rows() {
        assert_eq!(graded(100, &[]).unwrap().first, 15);
        assert_eq!(graded(10_000, &[]).unwrap().first, 750);
    }

    #[test]
    fn a_window_off_the_grid_is_refused() {
        let error = graded(100, &[(50, 200)]).unwrap_err().to_string();

        assert!(error.contains("f/a.csv"), "{error}");
    }

    #[test]
    fn windows_that_overlap_are_refused() {
        assert!(graded(100, &[(50, 60), (60, 70)]).is_err());
        assert!(graded(100, &[(60, 50)]).is_err());
    }
}
