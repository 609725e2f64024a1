//! Speeds and sizes of states.

use crate::{
    half_space_trees::trees,
    random_cuts::{forest, isolation_forest, single},
};
use anyhow::Context;
use chiron::bench::{
    Entrant,
    speed::{Stream, best_of, rows_per_second},
};
use std::fmt::{self, Display};

/// Features of the wide streams.
const WIDE: usize = 10;

/// How fast a detector is.
pub(crate) struct Speed {
    /// The detector.
    pub(crate) name: String,
    /// Features of a row.
    pub(crate) features: f64,
    /// Rows a second.
    pub(crate) rows_per_second: f64,
    /// Its state as it is written, when it can be.
    pub(crate) state: Option<String>,
    /// What else is known.
    pub(crate) note: String,
}

/// Speeds, a line each.
pub(crate) struct Lines<'a>(&'a [Speed]);

/// Measures all entrants on one feature, and those that take more on ten.
pub(crate) fn measure(entrants: &[Entrant], rows: usize) -> anyhow::Result<Vec<Speed>> {
    let mut all = Vec::new();
    for entrant in entrants {
        let rows_per_second = rows_per_second(entrant.scorer.as_ref(), rows);
        all.push(Speed {
            name: entrant.name.to_owned(),
            features: 1.0,
            rows_per_second,
            state: None,
            note: String::new(),
        });
    }
    all.extend([wide_forest(rows)?, wide_isolation_forest(rows)?, wide_trees(rows)]);
    Ok(all)
}

/// The speeds as a table.
pub(crate) fn table(speeds: &[Speed]) -> Lines<'_> {
    Lines(speeds)
}

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<34} {:>8} {:>12}  {:<16} note", "detector", "features", "samples/s", "state")?;
        for Speed { name, features, rows_per_second, state, note } in self.0 {
            let state = state.as_deref().unwrap_or("-");
            writeln!(f, "{name:<34} {features:>8} {rows_per_second:>12.0}  {state:<16} {note}")?;
        }
        Ok(())
    }
}

/// Rows of ten numbers in `0.0..1.0`.
fn rows(count: usize) -> Vec<[f64; WIDE]> {
    let mut stream = Stream::new(1);
    (0..count).map(|_| std::array::from_fn(|_| stream.uniform())).collect()
}

fn singles(count: usize) -> Vec<[f32; WIDE]> {
    rows(count).into_iter().map(|row| row.map(single)).collect()
}

fn wide(name: &str, rows_per_second: f64, state: Option<usize>) -> Speed {
    let state = state.map(|bytes| format!("JSON {} KB", bytes / 1_000));
    Speed { name: name.to_owned(), features: 10.0, rows_per_second, state, note: String::new() }
}

fn wide_forest(count: usize) -> anyhow::Result<Speed> {
    let data = singles(count);
    let new = forest(WIDE).context("rcf3 refuses its settings")?;
    let speed = best_of(count, || {
        let mut forest = new.clone();
        data.iter().map(|row| forest.update_and_score(row).unwrap_or_default()).sum()
    });
    let mut full = new;
    for row in &data {
        full.update(row)?;
    }
    Ok(wide("rcf3 Forest 50x256", speed, Some(full.to_json()?.len())))
}

fn wide_isolation_forest(count: usize) -> anyhow::Result<Speed> {
    let data = singles(count);
    let new = isolation_forest(WIDE).context("rcf3 refuses its settings")?;
    let speed = best_of(count, || {
        let mut forest = new.clone();
        data.iter().map(|row| forest.update_and_score(row).unwrap_or_default()).sum()
    });
    let mut full = new;
    for row in &data {
        full.update(row)?;
    }
    Ok(wide("rcf3 OnlineIForest 32", speed, Some(full.to_json()?.len())))
}

fn wide_trees(count: usize) -> Speed {
    let data = rows(count);
    let speed = best_of(count, || {
        let mut trees = trees(WIDE);
        data.iter().map(|row| trees.score_and_update(row).score).sum()
    });
    wide("irithyll HST 25x8", speed, None)
}
