//! Figures of entrants: what is measured of each, and where.

use super::{
    BenchError, Entrant,
    faults::FaultSet,
    judgement::Judgement,
    nab,
    nab::entries,
    nab_rule::Graded,
    nab_score::{self, Counts, Labels, NEVER, PROFILES},
    nezha, petshop, sweep,
    tracks::Tracks,
};
use serde::Serialize;
use std::path::Path;

/// Budgets of false alarms a day of one series.
pub const BUDGETS: [f64; 2] = [1.0, 0.1];
/// Folders are searched so deep for data sets.
const DEPTH: usize = 4;

/// Scores of an entrant on a corpus of the Numenta Anomaly Benchmark.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NabFigures {
    /// The entrant.
    pub name: &'static str,
    /// Figures at its threshold; none when it has none.
    pub shipped: Option<AtThreshold>,
    /// The best scores that any threshold gives, each profile at its own, which the benchmark picks on the data that it
    /// scores: standard, low false positives, low false negatives.
    pub best: [f64; 3],
    /// The threshold of the best standard score.
    pub best_threshold: f64,
    /// Windows of the corpus that count.
    pub windows: usize,
    /// Files of the corpus.
    pub files: usize,
    /// Rows of the corpus.
    pub rows: usize,
}

/// Figures at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AtThreshold {
    /// The threshold.
    pub threshold: f64,
    /// Scores: standard, low false positives, low false negatives.
    pub scores: [f64; 3],
    /// Windows found.
    pub found: usize,
    /// Runs of false detections.
    pub false_runs: usize,
}

/// How an entrant does on a set with faults.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultFigures {
    /// The set.
    pub set: &'static str,
    /// The entrant.
    pub name: &'static str,
    /// Its own alerts; none when it has no threshold.
    pub shipped: Option<Judgement>,
    /// Alerts from the best threshold within each of the [`BUDGETS`]; none when nothing is found within it.
    pub within: [Option<Judgement>; 2],
}

/// Gives a corpus to an entrant and scores it. Results go to `out`, if given.
///
/// # Errors
/// When the corpus or its labels cannot be read, the results cannot be written, or the two do not fit each other.
pub fn nab(
    entrant: &Entrant,
    corpus: &Path,
    labels: &Labels,
    out: Option<&Path>,
) -> Result<NabFigures, BenchError> {
    let answers = nab::run(corpus, out, entrant.scorer.as_ref())?;
    let files = nab_score::grade(answers, labels)?;
    let best = PROFILES.map(|profile| nab_score::best(&files, profile));
    Ok(NabFigures {
        name: entrant.name,
        shipped: entrant.threshold.map(|threshold| AtThreshold::of(&files, threshold)),
        best: best.map(|it| it.1),
        best_threshold: best[0].0,
        windows: nab_score::counts(&files, NEVER).windows,
        files: files.len(),
        rows: files.iter().map(|file| file.scores.len()).sum(),
    })
}

impl AtThreshold {
    fn of(files: &[Graded], threshold: f64) -> Self {
        let Counts { found, false_runs, .. } = nab_score::counts(files, threshold);
        let scores = PROFILES.map(|profile| nab_score::score(files, threshold, profile));
        Self { threshold, scores, found, false_runs }
    }
}

/// Gives a set with faults to an entrant and judges it.
#[must_use]
pub fn faults(entrant: &Entrant, set: &FaultSet) -> FaultFigures {
    let heard = set.play((entrant.detector)());
    let tracks = Tracks::new(set, &heard);
    let within = |budget| sweep::best(&tracks, budget).map(|threshold| Judgement::at(&tracks, threshold));
    let shipped = entrant.threshold.map(|_| Judgement::shipped(&tracks));
    FaultFigures { set: set.name, name: entrant.name, shipped, within: BUDGETS.map(within) }
}

/// The sets with faults in a folder or the folders below it.
///
/// # Errors
/// When there is none, or one of them is not what is expected.
pub fn sets(folder: &Path) -> Result<Vec<FaultSet>, BenchError> {
    let mut found = Vec::new();
    search(folder, DEPTH, &mut found)?;
    if found.is_empty() {
        let wrong = "expected a folder with DATE-fault_list.json and metric/*.csv (Nezha) or with noissue/metrics.csv \
                     (PetShop), got neither";
        return Err(BenchError::file(folder, wrong));
    }
    Ok(found)
}

fn search(folder: &Path, depth: usize, found: &mut Vec<FaultSet>) -> Result<(), BenchError> {
    if petshop::is_set(folder) {
        found.push(petshop::read(folder)?);
        return Ok(());
    }
    if let Some(list) = nezha::list(folder)? {
        found.extend(nezha::read(&list)?);
        return Ok(());
    }
    if depth > 0 {
        for below in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            search(&below, depth - 1, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_sets_is_told_what_was_wanted() {
        let folder = tempfile::tempdir().unwrap();

        let error = sets(folder.path()).unwrap_err().to_string();

        assert!(error.contains("noissue/metrics.csv"), "{error}");
    }
}
