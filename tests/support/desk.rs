//! A folder to work in, as somebody has who has just installed the program.
#![allow(clippy::unwrap_used, reason = "test support")]

use super::process::{Ended, run};
use chiron::examples::EXAMPLES;
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A folder to work in; it is removed with the test.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The path of something in it.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder().join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.folder().join(name), text).unwrap();
        self.path(name)
    }

    /// Runs a command with its data in `data`.
    pub(crate) async fn run(&self, args: &[&str]) -> Ended {
        let data = self.path("data");
        let mut args = args.to_vec();
        args.extend(["--data-dir", data.as_str()]);
        run(&args).await
    }
}

/// The text of an example of the catalogue, in one line.
pub(crate) fn example(noun: &str) -> String {
    let text = EXAMPLES.iter().find(|(ty, _)| ty.contains(noun)).unwrap().1;
    serde_json::from_str::<Value>(text).unwrap().to_string()
}

/// The list that a command printed as JSON.
pub(crate) fn list(ended: &Ended) -> Vec<Value> {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.json().as_array().unwrap().clone()
}

/// Checks that every command which an error names between backticks can be typed.
pub(crate) async fn hints_exist(ended: &Ended) {
    for hint in ended.err.split('`').skip(1).step_by(2).filter_map(|it| it.strip_prefix("chiron ")) {
        let words: Vec<&str> = hint.split(' ').chain(["--help"]).collect();
        assert_eq!(run(&words).await.code, Some(0), "there is no `chiron {hint}`");
    }
}
