//! Five-minute metrics of the services of a shop on AWS: calm hours, and incidents apart from each other.
//!
//! Source: Hardt et al., The `PetShop` Dataset: Finding Causes of Performance Issues across Microservices, 2024,
//! arXiv 2311.04806; data under CC-BY-4.0, attribution: Amazon Science.
//!
//! What is chosen here, for every detector alike:
//!
//! - **History.** Two days of calm hours, 589 rows. They were recorded four months after the incidents, and the shop had
//!   changed: a detector sees some series at another level in an incident than before. Alerts that begin in its first
//!   row, before the fault, therefore find nothing, by the rule that an alarm that was on already tells nothing.
//! - **Incidents** have five rows each and are judged each on a copy of what the history taught. They are moved by whole
//!   days to the first time after the history, so that time runs forwards, the hour of the day stays, and the gap is less
//!   than a day.
//! - **Times.** A row is stamped with the start of its five minutes; here it counts from their end, when it is known.
//! - **Windows** go from the time in `target.json` to the end of the last row. That time lies 6 to 10 minutes behind the
//!   first row; rows that end before it look like calm ones, and rows that end after it do not.
//! - **Calm** are the calm hours alone: nothing in an incident is a false alarm.
//! - **Faulty** is the node of the true root cause in `target.json`, not the node that raised the alarm.
//! - Cells without a number are no samples: the service was not called.

use super::{
    BenchError, Subject,
    csv::{Csv, Row},
    faults::{Episode, Fault, FaultSet, Reading, sort},
    nab::entries,
};
use chiron_model::{MetricKind, MetricOwner, MetricSeries, MetricType, Sample, SeriesId, Timestamp};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path, time::Duration};

/// Time between two rows.
const STEP: Duration = Duration::from_mins(5);
/// Lines before the first row of numbers.
const HEADS: usize = 4;
const DAY_SECONDS: f64 = 86_400.0;
/// What the first cell of a row should be.
const TIME: &str = "a time in Unix seconds that is later than the one before";

/// What is known of an incident.
#[derive(Deserialize)]
struct Truth {
    target: Alarm,
    root_cause: Cause,
}

#[derive(Deserialize)]
struct Alarm {
    metric: String,
    timestamp: i64,
}

#[derive(Deserialize)]
struct Cause {
    node: String,
}

/// The series of a set, and their numbers.
#[derive(Default)]
struct Catalogue {
    subjects: Vec<Subject>,
    numbers: BTreeMap<SeriesId, usize>,
}

/// Whether this is a folder of the data set: calm hours beside incidents.
#[must_use]
pub fn is_set(folder: &Path) -> bool {
    folder.join("noissue/metrics.csv").is_file()
}

/// Reads a folder with calm hours in `noissue`, and incidents in folders of folders.
///
/// # Errors
/// When a file cannot be read, or is not what is expected.
pub fn read(folder: &Path) -> Result<FaultSet, BenchError> {
    let mut catalogue = Catalogue::default();
    let history = readings(&folder.join("noissue/metrics.csv"), &mut catalogue)?;
    let Some(end) = history.last().map(|it| it.sample.at) else {
        return Err(BenchError::file(folder, "expected rows in noissue/metrics.csv, got none"));
    };
    let mut episodes = Vec::new();
    for split in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        for incident in entries(&split)?.into_iter().filter(|path| path.join("target.json").is_file()) {
            episodes.push(moved(episode(&incident, &mut catalogue)?, end));
        }
    }
    if episodes.is_empty() {
        return Err(BenchError::file(
            folder,
            "expected incidents such as test/issue_0/target.json, got none",
        ));
    }
    Ok(FaultSet { name: "petshop", step: STEP, subjects: catalogue.subjects, history, episodes })
}

fn episode(incident: &Path, catalogue: &mut Catalogue) -> Result<Episode, BenchError> {
    let readings = readings(&incident.join("metrics.csv"), catalogue)?;
    let path = incident.join("target.json");
    let text = fs::read(&path).map_err(BenchError::reading(&path))?;
    let truth: Truth = serde_json::from_slice(&text).map_err(|error| {
        let wanted = "expected {\"target\": {\"metric\", \"timestamp\"}, \"root_cause\": {\"node\"}}";
        BenchError::file(&path, format!("{wanted}, got something else: {error}"))
    })?;
    let from = Timestamp::from_secs(truth.target.timestamp);
    let (near_from, until) = (readings.first(), readings.last());
    let [near_from, until] = [near_from, until].map(|it| it.map_or(from, |it| it.sample.at));
    let fault = Fault { kind: truth.target.metric, workload: truth.root_cause.node, near_from, from, until };
    Ok(Episode { readings, faults: vec![fault] })
}

/// The episode, moved by whole days so that it follows `end` within a day.
fn moved(mut episode: Episode, end: Timestamp) -> Episode {
    let Some(first) = episode.readings.first().map(|it| it.sample.at) else { return episode };
    let seconds = (end.seconds_since(first) / DAY_SECONDS).floor() * DAY_SECONDS + DAY_SECONDS;
    let step = Duration::from_secs_f64(seconds.abs());
    let shift = |at: Timestamp| if seconds < 0.0 { at.minus(step) } else { at.plus(step) };
    for reading in &mut episode.readings {
        reading.sample.at = shift(reading.sample.at);
    }
    for fault in &mut episode.faults {
        for at in [&mut fault.near_from, &mut fault.from, &mut fault.until] {
            *at = shift(*at);
        }
    }
    episode
}

/// The samples of a file, in the order of time.
fn readings(path: &Path, catalogue: &mut Catalogue) -> Result<Vec<Reading>, BenchError> {
    let csv = Csv::read(path)?;
    let columns = catalogue.columns(&csv)?;
    let mut readings = Vec::new();
    let mut before = Timestamp::MIN;
    for row in csv.rows(HEADS) {
        let at = time(row)?;
        if at <= before {
            return Err(row.wrong(TIME, row.text(0, TIME)?));
        }
        before = at;
        for (column, subject) in columns.iter().enumerate() {
            let cell = row.text(column + 1, "as many cells as the head has")?;
            if !cell.is_empty() {
                let value = row.number(column + 1, "a number or nothing")?;
                readings.push(Reading { subject: *subject, sample: Sample { at, value } });
            }
        }
    }
    sort(&mut readings);
    Ok(readings)
}

/// The end of the five minutes of a row.
fn time(row: Row<'_>) -> Result<Timestamp, BenchError> {
    let seconds = row.number(0, TIME)?;
    if !(0.0..1e11).contains(&seconds) {
        return Err(row.wrong(TIME, row.text(0, TIME)?));
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    let start = Timestamp::from_secs(seconds as i64);
    Ok(start.plus(STEP))
}

impl Catalogue {
    /// The series of the columns of a file, the first column left out. The head names service, metric and statistic.
    fn columns(&mut self, csv: &Csv) -> Result<Vec<usize>, BenchError> {
        let wanted = "a head of microservice, metric and statistic";
        let heads = [csv.row(0)?, csv.row(1)?, csv.row(2)?];
        for (head, name) in heads.into_iter().zip(["microservice", "metric", "statistic"]) {
            if head.text(0, wanted)? != name {
                return Err(head.wrong(wanted, head.text(0, wanted)?));
            }
        }
        let count = heads[0].cells().len();
        (1..count)
            .map(|column| {
                let [service, metric, statistic] = heads.map(|head| head.text(column, wanted));
                Ok(self.number(series(service?, metric?, statistic?)))
            })
            .collect()
    }

    fn number(&mut self, series: MetricSeries) -> usize {
        let subject = Subject::new(series);
        let next = self.subjects.len();
        let number = *self.numbers.entry(subject.id.clone()).or_insert(next);
        if number == next {
            self.subjects.push(subject);
        }
        number
    }
}

fn series(service: &str, metric: &str, statistic: &str) -> MetricSeries {
    let (ty, unit) = match metric {
        "latency" => (MetricType::Latency, "seconds"),
        "availability" => (MetricType::Custom, "percent"),
        _ => (MetricType::Custom, ""),
    };
    let labels = [("microservice", service), ("statistic", statistic)];
    MetricSeries {
        name: metric.to_owned(),
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ty,
        kind: MetricKind::Gauge,
        unit: unit.to_owned(),
        owner: MetricOwner { workload: service.to_owned(), ..MetricOwner::default() },
        samples: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "microservice,Site,Search\nmetric,latency,latency\nstatistic,Average,Average\nunix_timestamp,,\n";

    fn folder(calm: &str, incident: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let issue = folder.path().join("test/issue_0");
        fs::create_dir_all(&issue).unwrap();
        fs::create_dir(folder.path().join("noissue")).unwrap();
        fs::write(folder.path().join("noissue/metrics.csv"), format!("{HEAD}{calm}")).unwrap();
        fs::write(issue.join("metrics.csv"), format!("{HEAD}{incident}")).unwrap();
        let truth = r#"{"target": {"node": "Site", "metric": "latency", "timestamp": 86700},
            "root_cause": {"node": "Search", "metric": null}}"#;
        fs::write(issue.join("target.json"), truth).unwrap();
        folder
    }

    #[test]
    fn an_incident_follows_the_history_at_its_own_hour_of_the_day() {
        // The history ends at 00:15 on the sixth day; the incident begins at 00:05 on the second.
        let folder = folder("432300,1,2\n432600,1,2\n", "86400,1,2\n86700,1,2\n");

        let set = read(folder.path()).unwrap();

        let first = set.episodes[0].readings[0].sample.at;
        assert_eq!(set.history.last().unwrap().sample.at, Timestamp::from_secs(432_900));
        assert_eq!(first, Timestamp::from_secs(518_700), "00:05 on the seventh day");
        assert_eq!(set.episodes[0].faults[0].from, first, "its fault moves with it");
    }

    #[test]
    fn an_empty_cell_is_no_sample_and_the_root_cause_is_the_faulty_one() {
        let folder = folder("432300,1,\n432600,1,2\n", "86400,1,2\n86700,1,2\n");

        let set = read(folder.path()).unwrap();

        assert_eq!(set.history.len(), 3);
        assert_eq!(set.subjects.len(), 2);
        assert_eq!(set.episodes[0].faults[0].workload, "Search");
    }

    #[test]
    fn another_head_is_refused() {
        let folder = folder("432300,1,2\n", "86400,1,2\n");
        fs::write(folder.path().join("noissue/metrics.csv"), "a,b\n1,2\n3,4\n5,6\n").unwrap();

        let error = read(folder.path()).unwrap_err().to_string();

        assert!(error.contains("line 1") && error.contains("microservice"), "{error}");
    }
}
