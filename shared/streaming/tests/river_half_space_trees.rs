//! Our half-space trees rank a stream as those of river, the reference in Python, and find its outliers as well.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_streaming::{HalfSpaceTrees, HalfSpaceTreesConfig};
use std::{env, ffi::OsString, fs, path::PathBuf, process::Command};

/// Rows of the stream.
const ROWS: usize = 5000;
/// Rows that are not compared: both forests fill two windows first.
const WARM_UP: usize = 500;
/// Forests of each kind whose mean score is compared: two forests of river that differ in the seed alone have rank
/// correlations down to 0.84, and that luck is not what is compared.
const FORESTS: u8 = 5;

/// A row of the stream, each number in 0..=1.
struct Row {
    sample: [f32; 3],
    is_outlier: bool,
}

/// Three features that go together, and 5 % outliers that lie anywhere.
fn stream() -> Vec<Row> {
    let mut state = 1_u32;
    let mut unit = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 16).unwrap()) / 65536.0
    };
    let mut row = || {
        let is_outlier = unit() < 0.05;
        let level = 0.3 + 0.2 * (unit() + unit());
        let mut near = |middle: f32| middle + 0.05 * (unit() + unit() + unit() + unit() - 2.0);
        let ordinary = [near(level), near(1.0 - level), near(0.5)];
        let sample = if is_outlier { [unit(), unit(), unit()] } else { ordinary };
        Row { sample, is_outlier }
    };
    (0..ROWS).map(|_| row()).collect()
}

fn python() -> OsString {
    // Which interpreter has river is a matter of the machine, not a setting of the product.
    env::var_os("CHIRON_PYTHON").unwrap_or_else(|| "python3".into())
}

fn has_river() -> bool {
    Command::new(python()).args(["-c", "import river"]).output().is_ok_and(|done| done.status.success())
}

fn rivers_scores(rows: &[Row]) -> Vec<f64> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("river_half_space_trees.csv");
    let lines = rows.iter().map(|Row { sample: [a, b, c], .. }| format!("{a},{b},{c}\n"));
    fs::write(&file, "a,b,c\n".to_owned() + &lines.collect::<String>()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/river_half_space_trees.py");
    let done = Command::new(python()).arg(script).arg(&file).arg(FORESTS.to_string()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect()
}

fn our_scores(rows: &[Row]) -> Vec<f64> {
    let forest = |seed| HalfSpaceTrees::new(HalfSpaceTreesConfig { seed, ..HalfSpaceTreesConfig::of(3) });
    let mut forests: Vec<_> = (1..=FORESTS).map(|seed| forest(seed.into()).unwrap()).collect();
    let mut mean =
        |row: &Row| forests.iter_mut().map(|it| it.step(&row.sample)).sum::<f64>() / f64::from(FORESTS);
    rows.iter().map(&mut mean).collect()
}

/// Ranks from 1, where equal values share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|it| it < value);
        let not_above = sorted.partition_point(|it| it <= value);
        f64::midpoint(number(below + 1), number(not_above))
    };
    values.iter().map(rank).collect()
}

/// Spearman's rank correlation.
fn rank_correlation(ours: &[f64], theirs: &[f64]) -> f64 {
    let (ours, theirs) = (ranks(ours), ranks(theirs));
    let mean = f64::midpoint(1.0, f64::from(u32::try_from(ours.len()).unwrap()));
    let product = |one: &[f64], other: &[f64]| {
        one.iter().zip(other).map(|(one, other)| (one - mean) * (other - mean)).sum::<f64>()
    };
    product(&ours, &theirs) / (product(&ours, &ours) * product(&theirs, &theirs)).sqrt()
}

/// How often an outlier scores higher than an ordinary row (area under the ROC curve).
fn area(scores: &[f64], rows: &[Row]) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let outliers = number(rows.iter().filter(|row| row.is_outlier).count());
    let ranks = ranks(scores);
    let sum: f64 = ranks.iter().zip(rows).filter(|(_, row)| row.is_outlier).map(|(rank, _)| rank).sum();
    (sum - outliers * (outliers + 1.0) / 2.0) / (outliers * (number(rows.len()) - outliers))
}

#[test]
fn ranks_as_river_and_finds_as_many_outliers() {
    if !has_river() {
        println!(
            "skipped: river is not installed (pip install river numpy): half-space trees were not compared"
        );
        return;
    }
    let rows = stream();

    let (ours, theirs) = (our_scores(&rows), rivers_scores(&rows));

    let (rows, ours, theirs) = (&rows[WARM_UP..], &ours[WARM_UP..], &theirs[WARM_UP..]);
    let correlation = rank_correlation(ours, theirs);
    let (our_area, their_area) = (area(ours, rows), area(theirs, rows));
    println!("rank correlation {correlation:.3}, area {our_area:.3}, of river {their_area:.3}");
    assert!(correlation >= 0.8, "rank correlation {correlation}");
    assert!(our_area >= their_area - 0.02, "area {our_area}, of river {their_area}");
}
