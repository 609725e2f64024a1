//! Per-minute metrics of the pods of a shop, with faults: the recording of 2022-08-22 that Nezha was evaluated on.
//!
//! Source: Yu et al., Nezha: Interpretable Fine-Grained Root Causes Analysis for Microservices on Multi-Modal
//! Observability Data, ESEC/FSE 2023; MIT licence.
//!
//! What is chosen here, for every detector alike:
//!
//! - **Times** are those of the column `Time`, which must rise. The column `TimeStamp` is damaged in the file of one pod:
//!   digits were replaced, so it jumps by years and runs backwards.
//! - **Windows** are [`WINDOW`] long. The list gives starts only. The authors look at the second minute after a start;
//!   load shows for three to seven minutes; starts are at least seven minutes apart, so windows do not overlap.
//! - **Kinds.** Of the 24 faults, eleven load the processor and show in the metrics of their pod. Six (`return`,
//!   `exception`) change what code does and show weakly. Seven delay the network of a pod, which shows with those who
//!   call it, so most of these can be found leniently only.
//! - **History.** The recording starts two minutes before the first fault, and all 24 faults lie in its first four
//!   hours. Fifteen calm hours follow. So the set is given twice: *as recorded*, where a detector must judge what it has
//!   hardly seen, and *calm first*, where the calm hours come first, moved back by exactly one day, as the day before.
//!   The second is what a detector that has been running meets; nothing of the faults is known in it either.
//! - **Series.** Metrics of pods, of the front door, and latencies of calls, which belong to the workload that measured
//!   them. Metrics of nodes are left out: the same series are repeated in the file of each pod on a node.

use super::{
    BenchError, Subject,
    csv::{Csv, Row},
    faults::{Episode, Fault, FaultSet, GRACE, Reading, sort},
    nab::entries,
    nezha_columns::{Column, columns, workload},
};
use chiron_model::{Sample, Timestamp};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// A fault counts as found when an alert begins so long after its start at most.
pub const WINDOW: Duration = Duration::from_mins(5);
/// Time between two rows.
const STEP: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
/// What the first cell of a row should be.
const TIME: &str = "a time such as 2022-08-22 03:51:19.6 +0000 UTC that is later than the one before";
/// The end of the name of a list of faults.
const LIST: &str = "-fault_list.json";

/// A fault in the list.
#[derive(Deserialize)]
struct Injected {
    #[serde(rename = "inject_timestamp")]
    seconds: String,
    #[serde(rename = "inject_pod")]
    pod: String,
    #[serde(rename = "inject_type")]
    kind: String,
}

/// The list of faults in a folder, if this is a folder of Nezha.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path) -> Result<Option<PathBuf>, BenchError> {
    let is_list = |path: &PathBuf| path.to_string_lossy().ends_with(LIST);
    Ok(entries(folder)?.into_iter().find(is_list).filter(|_| folder.join("metric").is_dir()))
}

/// Reads a folder of one day: the set with calm hours first, and the set as it was recorded.
///
/// # Errors
/// When a file cannot be read, or is not what is expected.
pub fn read(list: &Path) -> Result<[FaultSet; 2], BenchError> {
    let faults = faults(list)?;
    let folder = list.parent().unwrap_or(list).join("metric");
    let mut subjects = Vec::new();
    let mut readings = Vec::new();
    for path in entries(&folder)? {
        let Some(columns) = columns(&path)? else { continue };
        let csv = Csv::read(&path)?;
        add(&csv, &columns, subjects.len(), &mut readings)?;
        subjects.extend(columns.into_iter().map(|it| Subject::new(it.series)));
    }
    sort(&mut readings);
    let Some(last) = faults.last().map(|it| it.from) else {
        return Err(BenchError::file(list, "expected at least one fault, got none"));
    };
    let calm_from = last.plus(GRACE);
    let (day, calm): (Vec<_>, Vec<_>) = readings.iter().copied().partition(|it| it.sample.at <= calm_from);
    let history = calm.into_iter().map(|it| moved(it, DAY)).collect();
    let set = |name, history, readings, faults| FaultSet {
        name,
        step: STEP,
        subjects: subjects.clone(),
        history,
        episodes: vec![Episode { readings, faults }],
    };
    let calm_first = set("nezha, calm first", history, day, after_a_seam(faults.clone()));
    Ok([calm_first, set("nezha, as recorded", Vec::new(), readings, faults)])
}

/// The faults of a day that was set behind another: its first minutes are no calm time, since the load may differ.
fn after_a_seam(mut faults: Vec<Fault>) -> Vec<Fault> {
    if let Some(first) = faults.first_mut() {
        first.near_from = first.from.minus(GRACE);
    }
    faults
}

fn moved(reading: Reading, back: Duration) -> Reading {
    let sample = Sample { at: reading.sample.at.minus(back), ..reading.sample };
    Reading { sample, ..reading }
}

fn faults(list: &Path) -> Result<Vec<Fault>, BenchError> {
    let text = fs::read(list).map_err(BenchError::reading(list))?;
    let hours: BTreeMap<String, Vec<Injected>> = serde_json::from_slice(&text).map_err(|error| {
        let wanted = "expected {\"03\": [{\"inject_timestamp\", \"inject_pod\", \"inject_type\"}, ..], ..}";
        BenchError::file(list, format!("{wanted}, got something else: {error}"))
    })?;
    let mut faults = Vec::new();
    for Injected { seconds, pod, kind } in hours.into_values().flatten() {
        let wrong =
            || BenchError::file(list, format!("expected seconds as inject_timestamp, got {seconds:?}"));
        let from = Timestamp::from_secs(seconds.parse().map_err(|_| wrong())?);
        let workload = workload(&pod).to_owned();
        faults.push(Fault { kind, workload, near_from: from, from, until: from.plus(WINDOW) });
    }
    faults.sort_by_key(|it| it.from);
    Ok(faults)
}

/// Adds the samples of a file; its first series gets the number `first`.
fn add(csv: &Csv, columns: &[Column], first: usize, readings: &mut Vec<Reading>) -> Result<(), BenchError> {
    let mut before = Timestamp::MIN;
    for row in csv.rows(1) {
        let at = time(row)?;
        if at <= before {
            return Err(row.wrong(TIME, row.text(0, TIME)?));
        }
        before = at;
        for (number, column) in columns.iter().enumerate() {
            let wanted = "a number, or nothing when there was none";
            if row.text(column.index, wanted)?.is_empty() {
                continue;
            }
            let value = row.number(column.index, wanted)?;
            readings.push(Reading { subject: first + number, sample: Sample { at, value } });
        }
    }
    Ok(())
}

/// The time of a row, such as `2022-08-22 03:51:19.607158889 +0000 UTC m=+0.113112869`.
fn time(row: Row<'_>) -> Result<Timestamp, BenchError> {
    let text = row.text(0, TIME)?;
    let mut parts = text.split_whitespace();
    let (date, clock, zone) = (parts.next(), parts.next(), parts.next());
    let utc = date.zip(clock).filter(|_| zone == Some("+0000"));
    let time = utc.and_then(|(date, clock)| format!("{date}T{clock}Z").parse().ok());
    time.ok_or_else(|| row.wrong(TIME, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day of one pod: two calm minutes, a fault, and two calm minutes more than an hour later.
    fn folder(times: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let list = r#"{"03": [{"inject_time": "", "inject_timestamp": "1661140434",
            "inject_pod": "cart-579f59597d-wc2lz", "inject_type": "cpu_contention"}]}"#;
        fs::write(folder.path().join("2022-08-22-fault_list.json"), list).unwrap();
        fs::create_dir(folder.path().join("metric")).unwrap();
        let row = |time: &&str| format!("{time} +0000 UTC m=+0.1,0,cart-579f59597d-wc2lz,1.5,9\n");
        let rows: String = times.iter().map(row).collect();
        let text = format!("Time,TimeStamp,PodName,CpuUsage(m),NodeCpuUsageRate(%)\n{rows}");
        fs::write(folder.path().join("metric/cart-579f59597d-wc2lz_metric.csv"), text).unwrap();
        fs::write(folder.path().join("metric/dependency.csv"), "Source,Target,Weight\na,b,1\n").unwrap();
        folder
    }

    const DAY_OF_FAULTS: [&str; 4] = [
        "2022-08-22 03:51:19.607158889",
        "2022-08-22 03:54:19.6",
        "2022-08-22 05:00:19.6",
        "2022-08-22 05:01:19.6",
    ];

    #[test]
    fn calm_hours_become_the_day_before() {
        let folder = folder(&DAY_OF_FAULTS);
        let list = list(folder.path()).unwrap().unwrap();

        let [calm_first, as_recorded] = read(&list).unwrap();

        let times: Vec<_> = calm_first.history.iter().map(|it| it.sample.at.to_string()).collect();
        assert_eq!(times, ["2022-08-21T05:00:19.600Z", "2022-08-21T05:01:19.600Z"]);
        assert_eq!(calm_first.episodes[0].readings.len(), 2);
        assert_eq!((as_recorded.history.len(), as_recorded.episodes[0].readings.len()), (0, 4));
    }

    #[test]
    fn series_belong_to_their_workload_and_nodes_are_left_out() {
        let folder = folder(&DAY_OF_FAULTS);
        let list = list(folder.path()).unwrap().unwrap();

        let [set, _] = read(&list).unwrap();

        let names: Vec<_> = set.subjects.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(names, [r#"CpuUsage{pod="cart-579f59597d-wc2lz"}"#]);
        assert_eq!(set.subjects[0].series.owner.workload, set.episodes[0].faults[0].workload);
        assert_eq!(set.subjects[0].series.unit, "millicores");
    }

    #[test]
    fn times_that_do_not_rise_are_refused() {
        let folder = folder(&["2022-08-22 03:51:19", "2022-08-22 03:51:19"]);
        let list = list(folder.path()).unwrap().unwrap();

        let error = read(&list).unwrap_err().to_string();

        assert!(error.contains("line 3") && error.contains("later than the one before"), "{error}");
    }
}
