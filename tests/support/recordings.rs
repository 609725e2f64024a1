//! Our recordings, and what the program makes of them. Within a process each of them is replayed once.
#![allow(clippy::unwrap_used, reason = "test support")]

pub(crate) mod stored;
pub(crate) mod vault;

use super::path;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, OnceLock},
};

/// Recordings of one namespace each, in which something breaks and an operator repairs it.
pub(crate) const BROKEN: [&str; 7] =
    ["shop-env", "shop-oom", "shop-image", "shop-probe", "shop-schedule", "shop-quota", "shop-selector"];
/// The recording of a namespace in which nothing is wrong.
pub(crate) const CALM: &str = "shop-calm";
/// The recording of all namespaces.
pub(crate) const AFTERNOON: &str = "afternoon";

/// Variables that would change what the program does.
const FOREIGN: [&str; 4] = ["AWS_", "CHIRON_", "K_", "RUST_LOG"];

static REPLAYED: LazyLock<BTreeMap<&'static str, OnceLock<Replayed>>> = LazyLock::new(|| {
    let names = BROKEN.into_iter().chain([CALM, AFTERNOON]);
    names.map(|name| (name, OnceLock::new())).collect()
});

/// What a process ended with.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// What a replay gave.
pub(crate) struct Replayed {
    pub(crate) report: Value,
    /// The report as it was written, with the folder of the dataset named OUT.
    pub(crate) text: String,
    /// The files of the dataset, by their path in it.
    pub(crate) dataset: BTreeMap<String, Vec<u8>>,
}

impl Replayed {
    pub(crate) fn incidents(&self) -> &[Value] {
        self.report["incidents"].as_array().unwrap()
    }

    /// The rows of a configuration of the dataset.
    pub(crate) fn rows(&self, configuration: &str) -> Vec<Value> {
        let prefix = format!("data/{configuration}/");
        let shards = self.dataset.iter().filter(|(path, _)| path.starts_with(&prefix));
        shards.flat_map(|(_, bytes)| json_lines(bytes)).collect()
    }
}

pub(crate) fn json_lines(bytes: &[u8]) -> Vec<Value> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// The file of a recording.
pub(crate) fn recording(name: &str) -> PathBuf {
    path(&format!("events/recordings/{name}.ndjson.zst"))
}

/// The lines of a recording.
pub(crate) fn lines(name: &str) -> Vec<String> {
    let bytes = zstd::stream::decode_all(File::open(recording(name)).unwrap()).unwrap();
    String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
}

/// The events of a recording.
pub(crate) fn events(name: &str) -> Vec<Value> {
    lines(name).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The program, over a data folder, free of what the environment says.
pub(crate) fn chiron(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chiron"));
    for (name, _) in std::env::vars_os() {
        if FOREIGN.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
    command.arg("--data-dir").arg(data);
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Replays a recording; what comes after the first time is remembered.
pub(crate) fn replayed(name: &str) -> &'static Replayed {
    REPLAYED[name].get_or_init(|| replay(&recording(name), |_| {}))
}

/// Replays a file into folders of its own, which are removed afterwards.
pub(crate) fn replay(input: &Path, change: impl FnOnce(&mut Command)) -> Replayed {
    let folder = tempfile::tempdir().unwrap();
    replay_into(folder.path(), input, change)
}

/// Replays a file; the data goes to `data` and the dataset to `out` in the folder.
pub(crate) fn replay_into(folder: &Path, input: &Path, change: impl FnOnce(&mut Command)) -> Replayed {
    let mut command = replaying(folder, input);
    change(&mut command);
    let ran = run(&mut command);
    assert_eq!(ran.code, Some(0), "{}: {}", input.display(), ran.stderr);
    let out = folder.join("out");
    let text = ran.stdout.replace(&out.display().to_string(), "OUT");
    Replayed { report: serde_json::from_str(&text).unwrap(), text, dataset: files(&out) }
}

/// The command that replays a file into a folder.
pub(crate) fn replaying(folder: &Path, input: &Path) -> Command {
    let mut command = chiron(&folder.join("data"));
    command.arg("replay").arg(input).args(["-o", "json", "--out"]).arg(folder.join("out"));
    command
}

/// All files below a folder, by their path in it; none when there is no such folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = folder.exists().then(|| folder.to_owned()).into_iter().collect();
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}
