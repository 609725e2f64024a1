//! Runs the detectors of rcf3 and irithyll beside ours: on the Numenta Anomaly Benchmark, on the sets with faults, and
//! for speed. Everything goes through the same code as `chiron bench`.

mod half_space_trees;
mod random_cuts;
mod river;
mod speeds;

use anyhow::Context;
use chiron::bench::{Entrant, field, figures, nab_score, shipped::light, table, three_sigma::references};
use clap::Parser;
use speeds::Speed;
use std::{
    io::{self, Write},
    iter,
    path::{Path, PathBuf},
};

/// Rows of the stream on which speed is measured.
const ROWS: usize = 20_000;

/// Compares detectors. Parts whose data are not given are left out.
#[derive(Debug, Parser)]
struct Args {
    /// Folder of the Numenta Anomaly Benchmark, with its labels in labels.json
    #[arg(long, value_name = "DIR")]
    nab: Option<PathBuf>,

    /// Folder to which results of the benchmark are written, a folder for each detector
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Folder with the sets with faults
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// Measure speeds and sizes of states
    #[arg(long)]
    speed: bool,

    /// Figures of river, as its scripts print them, to stand beside the speeds
    #[arg(long, value_name = "FILE")]
    river: Vec<PathBuf>,

    /// Only detectors whose name has this in it
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    // Before what takes minutes.
    let rivers: Vec<_> = args.river.iter().map(|file| river_figures(file)).collect::<Result<_, _>>()?;
    let mut out = io::stdout().lock();
    if let Some(corpus) = &args.nab {
        nab(&args, corpus, &mut out)?;
    }
    if let Some(folder) = &args.metrics {
        faults(&args, folder, &mut out)?;
    }
    if args.speed {
        let mut rows = speeds::measure(&single(&args), ROWS)?;
        rows.extend(rivers.into_iter().flatten());
        writeln!(out, "\nSpeed, one thread, score and learn, best of five\n{}", speeds::table(&rows))?;
    }
    Ok(())
}

fn river_figures(file: &Path) -> anyhow::Result<Vec<Speed>> {
    river::read(file)
        .with_context(|| format!("{} has no figures of a script of benches/river", file.display()))
}

/// Detectors of one series: ours first, then those of others.
fn single(args: &Args) -> Vec<Entrant> {
    let ours = iter::once(light()).chain(references());
    ours.chain(peers()).filter(|it| it.name.contains(&args.only)).collect()
}

/// Detectors of many series: ours first, then those of others.
fn many(args: &Args) -> Vec<Entrant> {
    field().into_iter().chain(peers()).filter(|it| it.name.contains(&args.only)).collect()
}

fn peers() -> impl Iterator<Item = Entrant> {
    random_cuts::entrants().into_iter().chain(half_space_trees::entrants())
}

fn nab(args: &Args, corpus: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let labels = nab_score::labels(&corpus.join("labels.json"))?;
    let mut all = Vec::new();
    for entrant in single(args) {
        let name: String =
            entrant.name.chars().map(|it| if it.is_alphanumeric() { it } else { '-' }).collect();
        let results = args.out.as_ref().map(|out| out.join(name));
        all.push(figures::nab(&entrant, corpus, &labels, results.as_deref())?);
    }
    let (files, rows) = all.first().map_or((0, 0), |it| (it.files, it.rows));
    writeln!(out, "\nNumenta Anomaly Benchmark, {files} files, {rows} rows\n{}", table::nab(&all))?;
    Ok(())
}

fn faults(args: &Args, folder: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    for set in &figures::sets(folder)? {
        let all: Vec<_> = many(args).iter().map(|entrant| figures::faults(entrant, set)).collect();
        writeln!(out, "\nFaults: {}\n{}\n{}", set.name, table::faults(&all), table::kinds(&all))?;
    }
    Ok(())
}
