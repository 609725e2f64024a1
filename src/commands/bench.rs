//! `chiron bench`

use super::{Answer, is_json, print_json};
use crate::{
    args::{BenchCommand, Output},
    bench::{self, figures, nab_score, shipped, table},
};
use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

pub(super) fn run(command: &BenchCommand) -> anyhow::Result<Answer> {
    match command {
        BenchCommand::Nab { dir, out, labels } => nab(dir, out, labels.as_deref()),
        BenchCommand::Sequence { dir, output } => super::wait(super::train::bench(dir, *output)),
        BenchCommand::Metrics { dir, output } => metrics(dir, *output),
    }
}

/// Scores a corpus by the shipped settings. Without labels the results are written, and nothing is scored.
#[expect(clippy::disallowed_methods, reason = "the speed of a command is wall time")]
fn nab(dir: &Path, out: &Path, labels: Option<&Path>) -> anyhow::Result<Answer> {
    let entrant = shipped::light();
    let threshold = entrant.threshold.unwrap_or_default();
    let began = Instant::now();
    let own = dir.join("labels.json");
    let labels = labels.or_else(|| own.exists().then_some(own.as_path()));
    let mut stdout = io::stdout().lock();
    let rows = if let Some(path) = labels {
        let found = figures::nab(&entrant, dir, &nab_score::labels(path)?, Some(out))?;
        writeln!(stdout, "{}", table::nab(std::slice::from_ref(&found)))?;
        found.rows
    } else {
        bench::nab::run(dir, Some(out), entrant.scorer.as_ref())?.iter().map(|it| it.scores.len()).sum()
    };
    writeln!(stdout, "threshold={threshold}")?;
    writeln!(stdout, "{rows} rows in {:.1} s, results in {}", began.elapsed().as_secs_f64(), out.display())?;
    if labels.is_none() {
        writeln!(stdout, "no labels: name them with --labels to see scores")?;
    }
    Ok(Answer::Yes)
}

fn metrics(dir: &Path, output: Output) -> anyhow::Result<Answer> {
    let mut all = Vec::new();
    for set in figures::sets(dir)? {
        let found: Vec<_> = bench::field().iter().map(|entrant| figures::faults(entrant, &set)).collect();
        if !is_json(output) {
            let mut stdout = io::stdout().lock();
            writeln!(stdout, "{}: {} faults", set.name, set.fault_count())?;
            writeln!(stdout, "{}\n{}", table::faults(&found), table::kinds(&found))?;
        }
        all.extend(found);
    }
    if is_json(output) {
        print_json(&all)?;
    }
    Ok(Answer::Yes)
}
