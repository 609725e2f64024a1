//! Scores of a corpus by the three profiles of NAB v1.1: 0 for a detector that says nothing, 100 for a perfect one.

use super::{BenchError, nab, nab::Answered, nab_rule::Graded};
use chiron_model::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Weights of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Its name in the benchmark.
    pub name: &'static str,
    /// What a window that was found is worth.
    found: f64,
    /// What a window that was missed costs.
    missed: f64,
    /// What a row outside the windows costs.
    wrong: f64,
}

/// The profiles of the benchmark.
pub const PROFILES: [Profile; 3] = [
    Profile { name: "standard", found: 1.0, missed: 1.0, wrong: 0.11 },
    Profile { name: "reward_low_FP", found: 1.0, missed: 1.0, wrong: 0.22 },
    Profile { name: "reward_low_FN", found: 1.0, missed: 2.0, wrong: 0.11 },
];

/// Above every score: nothing is detected.
pub const NEVER: f64 = 1.1;

/// Labelled windows of each file, by its name within the corpus.
pub type Labels = BTreeMap<String, Vec<(Timestamp, Timestamp)>>;

/// Counts for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Windows with at least one row that counts.
    pub windows: usize,
    /// Of those, windows with a detection.
    pub found: usize,
    /// Rows that count.
    pub rows: usize,
    /// Detections outside windows.
    pub false_rows: usize,
    /// The same, neighbours taken together.
    pub false_runs: usize,
}

/// Reads a file of labels: `{"folder/file.csv": [["start", "end"], ..]}`.
///
/// # Errors
/// When it cannot be read or is not of that form.
pub fn labels(path: &Path) -> Result<Labels, BenchError> {
    let text = fs::read(path).map_err(BenchError::reading(path))?;
    let files: BTreeMap<String, Vec<(String, String)>> = serde_json::from_slice(&text).map_err(|error| {
        let wanted = "expected {\"folder/file.csv\": [[\"start\", \"end\"], ..]}";
        BenchError::file(path, format!("{wanted}, got something else: {error}"))
    })?;
    let time = |text: &str| {
        nab::time(text).ok_or_else(|| BenchError::file(path, format!("{text:?} is not a time of a window")))
    };
    let windows = |spans: Vec<(String, String)>| {
        spans.iter().map(|(from, to)| Ok((time(from)?, time(to)?))).collect::<Result<Vec<_>, BenchError>>()
    };
    files.into_iter().map(|(file, spans)| Ok((file, windows(spans)?))).collect()
}

/// Sets results beside their labels.
///
/// # Errors
/// When a folder lacks a file that the labels name, or windows do not fit their file. Results without labels are refused
/// too: without windows every alert in them would be wrong. Labels of whole folders that are not there are passed over.
pub fn grade(answers: Vec<Answered>, labels: &Labels) -> Result<Vec<Graded>, BenchError> {
    let folders: BTreeSet<_> = answers.iter().filter_map(|it| it.file.split('/').next()).collect();
    let mut wanted =
        labels.keys().filter(|file| file.split('/').next().is_some_and(|it| folders.contains(it)));
    if let Some(missing) = wanted.find(|file| answers.iter().all(|it| it.file != **file)) {
        return Err(BenchError::file(
            Path::new(missing),
            "the labels name it, but its folder does not have it",
        ));
    }
    let unlabelled = |file: &str| BenchError::file(Path::new(file), "the labels do not name it");
    let graded = |it: Answered| {
        let windows = labels.get(&it.file).ok_or_else(|| unlabelled(&it.file))?;
        Graded::new(it, windows)
    };
    answers.into_iter().map(graded).collect()
}

/// Score at one threshold: a row is a detection from it on. Not a number when there is no window.
#[must_use]
pub fn score(files: &[Graded], threshold: f64, profile: Profile) -> f64 {
    normal(files, files.iter().map(|file| raw(file, threshold, profile)).sum(), profile)
}

/// The threshold with the best score, and that score. The benchmark picks it on the data that it scores; a detector that
/// is shipped with one threshold must be compared by [`score`] instead. Of several, the highest.
#[must_use]
pub fn best(files: &[Graded], profile: Profile) -> (f64, f64) {
    let of_file = |(number, file): (usize, &Graded)| {
        let row =
            |(score, gain, window): (f64, f64, Option<usize>)| (score, gain, window.map(|it| (number, it)));
        file.live().map(row).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = files.iter().enumerate().flat_map(of_file).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut raw: f64 = files.iter().map(|file| self::raw(file, NEVER, profile)).sum();
    let mut found: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut best = (NEVER, raw);
    for (place, (score, gain, window)) in rows.iter().enumerate() {
        raw += match window {
            None => gain * profile.wrong,
            Some(window) => {
                let held = found.entry(*window).or_insert(-profile.missed);
                let more = (gain * profile.found - *held).max(0.0);
                *held += more;
                more
            }
        };
        let is_last_of_score = rows.get(place + 1).is_none_or(|next| next.0 < *score);
        if is_last_of_score && raw > best.1 {
            best = (*score, raw);
        }
    }
    (best.0, normal(files, best.1, profile))
}

/// Counts at one threshold.
#[must_use]
pub fn counts(files: &[Graded], threshold: f64) -> Counts {
    let mut all = Counts::default();
    for file in files {
        let found = found(file, threshold);
        all.windows += found.len();
        all.found += found.values().filter(|it| it.is_some()).count();
        let mut was_wrong = false;
        for (score, _, window) in file.live() {
            let is_wrong = window.is_none() && score >= threshold;
            all.rows += 1;
            all.false_rows += usize::from(is_wrong);
            all.false_runs += usize::from(is_wrong && !was_wrong);
            was_wrong = is_wrong;
        }
    }
    all
}

/// The best gain in each window that has a row that counts; none where nothing was detected.
fn found(file: &Graded, threshold: f64) -> BTreeMap<usize, Option<f64>> {
    let mut found: BTreeMap<usize, Option<f64>> = BTreeMap::new();
    for (score, gain, window) in file.live() {
        let Some(window) = window else { continue };
        let held = found.entry(window).or_default();
        if score >= threshold {
            *held = Some(held.map_or(gain, |it| it.max(gain)));
        }
    }
    found
}

/// The sum of a file before it is set between silence and perfection.
fn raw(file: &Graded, threshold: f64, profile: Profile) -> f64 {
    let windows = found(file, threshold);
    let right: f64 = windows.values().map(|it| it.map_or(-profile.missed, |gain| gain * profile.found)).sum();
    let outside = file.live().filter(|(score, _, window)| window.is_none() && *score >= threshold);
    right + outside.map(|(_, gain, _)| gain * profile.wrong).sum::<f64>()
}

#[expect(clippy::cast_precision_loss, reason = "few windows")]
fn normal(files: &[Graded], raw: f64, profile: Profile) -> f64 {
    let all: usize = files.iter().map(|file| file.window_count).sum();
    let live: usize = files.iter().map(|file| found(file, NEVER).len()).sum();
    let silent = -profile.missed * live as f64;
    100.0 * (raw - silent) / (profile.found * all as f64 - silent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STANDARD: Profile = PROFILES[0];

    fn file(rows: i64, windows: &[(i64, i64)], alerts: &[(usize, f64)]) -> Graded {
        let minute = |row: i64| Timestamp::from_secs(row * 60);
        let times: Vec<_> = (0..rows).map(minute).collect();
        let mut scores = vec![0.0; times.len()];
        for (row, score) in alerts {
            scores[*row] = *score;
        }
        let windows: Vec<_> = windows.iter().map(|(from, to)| (minute(*from), minute(*to))).collect();
        Graded::new(Answered { file: "f/a.csv".to_owned(), times, scores }, &windows).unwrap()
    }

    fn standard(file: &Graded) -> f64 {
        score(std::slice::from_ref(file), 0.5, STANDARD)
    }

    #[test]
    fn silence_is_0_and_perfection_100() {
        assert!(standard(&file(100, &[(50, 59)], &[])).abs() < 1e-9);
        assert!((standard(&file(100, &[(50, 59)], &[(50, 1.0)])) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_false_row_costs_5_and_a_half_where_one_window_is_all() {
        // From -1 (silent) to 1 (perfect) are 2 raw points; -0.11 of them is -5.5 of 100.
        assert!((standard(&file(100, &[(50, 59)], &[(30, 1.0)])) + 5.5).abs() < 1e-9);
    }

    #[test]
    fn the_earliest_detection_of_a_window_counts() {
        let one = standard(&file(100, &[(50, 59)], &[(55, 1.0)]));

        assert!((standard(&file(100, &[(50, 59)], &[(55, 1.0), (58, 1.0)])) - one).abs() < 1e-9);
    }

    #[test]
    fn rows_in_probation_do_not_count() {
        assert!(standard(&file(100, &[(50, 59)], &[(0, 1.0), (14, 1.0)])).abs() < 1e-9);
        assert!(standard(&file(100, &[(50, 59)], &[(15, 1.0)])) < 0.0);
    }

    #[test]
    fn neighbours_outside_are_one_run() {
        let counts = counts(&[file(100, &[(50, 59)], &[(30, 1.0), (31, 1.0), (40, 1.0), (52, 0.9)])], 0.5);

        assert_eq!(counts, Counts { windows: 1, found: 1, rows: 85, false_rows: 3, false_runs: 2 });
    }

    #[test]
    fn a_folder_without_one_of_its_files_is_refused() {
        let answered = |file: &str| Answered { file: file.to_owned(), times: Vec::new(), scores: Vec::new() };
        let labels =
            Labels::from(["f/a.csv", "f/b.csv", "g/c.csv"].map(|file| (file.to_owned(), Vec::new())));

        let error = grade(vec![answered("f/a.csv")], &labels).unwrap_err().to_string();

        assert!(error.contains("f/b.csv"), "{error}");
        assert_eq!(grade(vec![answered("f/a.csv"), answered("f/b.csv")], &labels).unwrap().len(), 2);
    }

    proptest! {
        #[test]
        fn no_threshold_beats_the_best(scores in prop::collection::vec(0_u8..20, 120)) {
            let alerts: Vec<_> = scores.iter().map(|it| f64::from(*it) / 20.0).enumerate().collect();
            let files = [file(120, &[(30, 39), (80, 99)], &alerts)];
            for profile in PROFILES {
                let (threshold, top) = best(&files, profile);

                prop_assert!((score(&files, threshold, profile) - top).abs() < 1e-9);
                for step in 0..=20_u8 {
                    prop_assert!(score(&files, f64::from(step) / 20.0, profile) <= top + 1e-9);
                }
            }
        }
    }
}
