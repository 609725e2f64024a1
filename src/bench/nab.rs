//! The corpus of the Numenta Anomaly Benchmark: files are read row by row, results are written in its format.
//!
//! Source: Ahmad, Lavin, Purdy and Agha, Neurocomputing 262, 2017. A detector is made anew for each file, is given one
//! row at a time, and knows nothing of the rows to come: no least, no greatest, no length of the file.

use super::{BenchError, Scorer, csv::Csv};
use chiron_model::Timestamp;
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// The head of a file of the corpus.
const HEAD: [&str; 2] = ["timestamp", "value"];
/// The head of a file of results. The label is left empty: scorers take it from the file of labels.
const RESULT_HEAD: &str = "timestamp,value,anomaly_score,label\n";
/// What a time should be.
const TIME: &str = "a time such as 2014-04-01 00:05:00";

/// What a detector said of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The file within the corpus, such as `realKnownCause/nyc_taxi.csv`.
    pub file: String,
    /// Time of each row; some repeat.
    pub times: Vec<Timestamp>,
    /// Score of each row, in `0.0..=1.0`.
    pub scores: Vec<f64>,
}

/// Gives every file of the corpus to a detector of its own, in the order of their names. Results go to `out`, if given:
/// files named as in the corpus, timestamps and values copied as they are.
///
/// # Errors
/// When a file cannot be read or written, a line is not a time and a number, or a score is not in `0.0..=1.0`.
pub fn run(
    corpus: &Path,
    out: Option<&Path>,
    make: &dyn Fn() -> Box<dyn Scorer>,
) -> Result<Vec<Answered>, BenchError> {
    let files = files(corpus)?;
    if files.is_empty() {
        let wrong = "expected folders with files such as realKnownCause/nyc_taxi.csv, got none";
        return Err(BenchError::file(corpus, wrong));
    }
    files.into_iter().map(|file| answer(corpus, &file, out, make().as_mut())).collect()
}

/// Files of the corpus, such as `realKnownCause/nyc_taxi.csv`, sorted.
fn files(corpus: &Path) -> Result<Vec<String>, BenchError> {
    let mut found = Vec::new();
    for folder in entries(corpus)?.into_iter().filter(|path| path.is_dir()) {
        for file in
            entries(&folder)?.into_iter().filter(|path| path.extension().is_some_and(|it| it == "csv"))
        {
            let name = |path: &Path| path.file_name().map(|it| it.to_string_lossy().into_owned());
            found.extend(name(&folder).zip(name(&file)).map(|(folder, file)| format!("{folder}/{file}")));
        }
    }
    Ok(found)
}

/// What is in a folder, sorted by name.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, BenchError> {
    let listed = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<_> =
        listed.map_err(BenchError::reading(folder))?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn answer(
    corpus: &Path,
    file: &str,
    out: Option<&Path>,
    scorer: &mut dyn Scorer,
) -> Result<Answered, BenchError> {
    let csv = Csv::read(&corpus.join(file))?;
    let head = csv.row(0)?;
    if head.cells() != HEAD {
        return Err(head.wrong("the head timestamp,value", &head.cells().join(",")));
    }
    let mut answered = Answered { file: file.to_owned(), times: Vec::new(), scores: Vec::new() };
    let mut result = RESULT_HEAD.to_owned();
    for row in csv.rows(1) {
        let stamp = row.text(0, TIME)?;
        let at = time(stamp).ok_or_else(|| row.wrong(TIME, stamp))?;
        let score = scorer.score(at, row.number(1, "a number as value")?);
        if !(0.0..=1.0).contains(&score) {
            return Err(row.wrong("a score of the detector in 0..=1", &score.to_string()));
        }
        // Into memory: it cannot fail.
        let _ = writeln!(result, "{stamp},{},{score},", row.text(1, "a value")?);
        answered.times.push(at);
        answered.scores.push(score);
    }
    if let Some(out) = out {
        write(&out.join(file), &result)?;
    }
    Ok(answered)
}

/// A time of the corpus. It has no zone; read as UTC, which is as good as any, since only hours of one file are compared.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    format!("{}Z", text.trim().replacen(' ', "T", 1)).parse().ok()
}

fn write(path: &Path, text: &str) -> Result<(), BenchError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(BenchError::writing(folder))?;
    }
    fs::write(path, text).map_err(BenchError::writing(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last value, once more: a detector that can be predicted.
    #[derive(Default)]
    struct Last(f64);

    impl Scorer for Last {
        fn name(&self) -> &'static str {
            "last"
        }

        fn score(&mut self, _at: Timestamp, value: f64) -> f64 {
            std::mem::replace(&mut self.0, value)
        }
    }

    fn corpus(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("realThings")).unwrap();
        fs::write(folder.path().join("realThings/a.csv"), text).unwrap();
        fs::write(folder.path().join("labels.json"), "{}").unwrap();
        folder
    }

    fn make() -> Box<dyn Scorer> {
        Box::new(Last::default())
    }

    #[test]
    fn results_have_the_names_and_columns_of_the_benchmark() {
        let corpus = corpus("timestamp,value\n2014-04-01 00:00:00,0.250\n2014-04-01 00:05:00,1e-1\n");
        let out = tempfile::tempdir().unwrap();

        let answered = run(corpus.path(), Some(out.path()), &make).unwrap();

        let text = fs::read_to_string(out.path().join("realThings/a.csv")).unwrap();
        assert_eq!(
            text,
            "timestamp,value,anomaly_score,label\n2014-04-01 00:00:00,0.250,0,\n2014-04-01 00:05:00,1e-1,0.25,\n"
        );
        assert_eq!(answered[0].file, "realThings/a.csv");
        assert_eq!(answered[0].scores, [0.0, 0.25]);
    }

    #[test]
    fn a_line_that_is_no_number_is_told_with_its_place() {
        let corpus = corpus("timestamp,value\n2014-04-01 00:00:00,0\n2014-04-01 00:05:00,much\n");

        let error = run(corpus.path(), None, &make).unwrap_err().to_string();

        assert!(error.contains("a.csv, line 3") && error.contains("much"), "{error}");
    }

    #[test]
    fn a_score_outside_0_to_1_is_refused() {
        let corpus = corpus("timestamp,value\n2014-04-01 00:00:00,7\n2014-04-01 00:05:00,1\n");

        let error = run(corpus.path(), None, &make).unwrap_err().to_string();

        assert!(error.contains("line 3") && error.contains("\"7\""), "{error}");
    }

    #[test]
    fn a_folder_without_a_corpus_is_told() {
        let folder = tempfile::tempdir().unwrap();

        let error = run(folder.path(), None, &make).unwrap_err().to_string();

        assert!(error.contains("realKnownCause/nyc_taxi.csv"), "{error}");
    }
}
