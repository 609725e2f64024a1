//! The recorded scenarios, and what each of them says that must be found.

use crate::support::path;
use chiron::lab::Expect;
use chiron_model::Timestamp;
use serde_json::Value;
use std::{
    fs::{self, File},
    path::PathBuf,
    sync::{
        LazyLock, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

const FOLDER: &str = "events/recordings/scenarios";
const ENDING: &str = ".ndjson.zst";

/// A recorded scenario.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) expect: Expect,
    /// In order of time.
    pub(crate) events: Vec<Value>,
    plain: OnceLock<super::follow::Found>,
}

/// All that are recorded, by name.
pub(crate) static SCENARIOS: LazyLock<Vec<Scenario>> =
    LazyLock::new(|| recorded().iter().map(|name| Scenario::read(name)).collect());

impl Scenario {
    fn read(name: &str) -> Self {
        let expect = fs::read_to_string(scenarios().join(name).join("expect.json")).unwrap();
        let bytes = zstd::stream::decode_all(File::open(file(name)).unwrap()).unwrap();
        let lines = bytes.split(|it| *it == b'\n').filter(|it| !it.is_empty());
        let mut events: Vec<Value> = lines.map(|it| serde_json::from_slice(it).unwrap()).collect();
        events.sort_by_key(time);
        let expect = Expect::read(&expect).unwrap();
        Self { name: name.to_owned(), expect, events, plain: OnceLock::new() }
    }

    /// What is found when nothing is varied.
    pub(crate) fn plain(&self) -> &super::follow::Found {
        self.plain.get_or_init(|| super::follow::follow(&super::follow::as_they_come(&self.events)))
    }

    /// When the first and the last event came.
    pub(crate) fn span(&self) -> (Timestamp, Timestamp) {
        (time(self.events.first().unwrap()), time(self.events.last().unwrap()))
    }
}

/// When an event came.
pub(crate) fn time(event: &Value) -> Timestamp {
    event["time"].as_str().unwrap().parse().unwrap()
}

/// The file of a recording.
pub(crate) fn file(name: &str) -> PathBuf {
    path(FOLDER).join(format!("{name}{ENDING}"))
}

fn scenarios() -> PathBuf {
    path("tests/lab/scenarios")
}

/// Names of the recordings.
pub(crate) fn recorded() -> Vec<String> {
    let files = names(path(FOLDER), |_| true).into_iter();
    let mut names: Vec<String> = files.map(|it| it.strip_suffix(ENDING).unwrap_or(&it).to_owned()).collect();
    names.sort();
    names
}

/// Names of the scenarios.
pub(crate) fn known() -> Vec<String> {
    names(scenarios(), |it| it.join("expect.json").exists())
}

fn names(folder: PathBuf, is_one: impl Fn(PathBuf) -> bool) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let ours = entries.filter(|it| is_one(it.path()));
    let mut names: Vec<String> = ours.map(|it| it.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Asks all scenarios, as many at once as there are processors. Returns what was answered, in the order of their names.
pub(crate) fn ask_all<T: Send>(question: impl Fn(&Scenario) -> T + Sync) -> Vec<(&'static str, T)> {
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(scenario) = SCENARIOS.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answer = question(scenario);
            answers.lock().unwrap().push((scenario.name.as_str(), answer));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut answers = answers.into_inner().unwrap();
    answers.sort_by_key(|(name, _)| *name);
    answers
}
