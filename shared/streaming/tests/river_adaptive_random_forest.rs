//! Our adaptive random forest is right at least as often as that of river, the reference in Python.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_streaming::{AdaptiveRandomForest, AdaptiveRandomForestConfig};
use std::{env, ffi::OsString, fs, path::PathBuf, process::Command};

/// Rows of the stream; in the middle the classes change.
const ROWS: usize = 10_000;
const FEATURES: u16 = 10;

struct Row {
    features: Vec<f32>,
    class: u16,
}

/// Random numbers in 0..1, the same in each run.
struct Chance(u32);

impl Chance {
    fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(self.0 >> 16).unwrap()) / 65536.0
    }

    fn is(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    fn feature(&mut self) -> usize {
        let ten = self.unit() * f32::from(FEATURES);
        (0..usize::from(FEATURES))
            .rev()
            .find(|place| f32::from(u16::try_from(*place).unwrap()) <= ten)
            .unwrap()
    }
}

/// A rule over the features: a tree of random splits.
enum Rule {
    Class(u16),
    Split { feature: usize, threshold: f32, sides: Box<[Rule; 2]> },
}

impl Rule {
    fn random(chance: &mut Chance, depth: u8) -> Self {
        if depth == 0 {
            return Self::Class(u16::from(chance.is(0.5)));
        }
        let (feature, threshold) = (chance.feature(), 0.3 + 0.4 * chance.unit());
        let sides = Box::new([Self::random(chance, depth - 1), Self::random(chance, depth - 1)]);
        Self::Split { feature, threshold, sides }
    }

    fn class(&self, features: &[f32]) -> u16 {
        match self {
            Self::Class(class) => *class,
            Self::Split { feature, threshold, sides } => {
                sides[usize::from(features[*feature] >= *threshold)].class(features)
            }
        }
    }
}

/// Two random trees one after the other, and 5 % of the classes wrong.
fn stream() -> Vec<Row> {
    let mut chance = Chance(2017);
    let rules = [Rule::random(&mut chance, 4), Rule::random(&mut chance, 4)];
    let mut row = |number| {
        let features: Vec<f32> = (0..FEATURES).map(|_| chance.unit()).collect();
        let class = rules[usize::from(number >= ROWS / 2)].class(&features);
        Row { class: if chance.is(0.05) { 1 - class } else { class }, features }
    };
    (0..ROWS).map(&mut row).collect()
}

fn python() -> OsString {
    // Which interpreter has river is a matter of the machine, not a setting of the product.
    env::var_os("CHIRON_PYTHON").unwrap_or_else(|| "python3".into())
}

fn has_river() -> bool {
    Command::new(python()).args(["-c", "import river"]).output().is_ok_and(|done| done.status.success())
}

fn rivers_accuracy(rows: &[Row]) -> f64 {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("river_adaptive_random_forest.csv");
    let line = |Row { features, class }: &Row| {
        features.iter().map(|number| format!("{number},")).collect::<String>() + &format!("{class}\n")
    };
    fs::write(&file, rows.iter().map(line).collect::<String>()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/river_adaptive_random_forest.py");
    let done = Command::new(python()).arg(script).arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().parse().unwrap()
}

fn our_accuracy(rows: &[Row]) -> f64 {
    let mut forest = AdaptiveRandomForest::new(AdaptiveRandomForestConfig::of(FEATURES, 2)).unwrap();
    let mut probabilities = [0.0; 2];
    let mut is_right = |row: &&Row| {
        let told = forest.predict_into(&row.features, &mut probabilities);
        forest.learn_one(&row.features, row.class);
        told == row.class
    };
    let right = rows.iter().filter(&mut is_right).count();
    f64::from(u32::try_from(right).unwrap()) / f64::from(u32::try_from(rows.len()).unwrap())
}

#[test]
fn is_right_at_least_as_often_as_river() {
    if !has_river() {
        println!(
            "skipped: river is not installed (pip install river numpy): the adaptive random forest was not compared"
        );
        return;
    }
    let rows = stream();

    let (ours, theirs) = (our_accuracy(&rows), rivers_accuracy(&rows));

    println!("right {ours:.3}, river {theirs:.3}");
    assert!(ours >= theirs - 0.005, "right {ours}, river {theirs}");
}
