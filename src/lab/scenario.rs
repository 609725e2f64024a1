//! The folder of a scenario.

use super::Expect;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Characters that the name of a scenario has at most: a namespace is named after it, with nine more characters.
const LONGEST_NAME: usize = 50;

/// One fault, and all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Name of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What it expects.
    pub expect: Expect,
}

/// A scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// A file or folder cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is no scenario in the folder.
    #[error("{0} holds no scenario: a scenario is a folder with an expect.json")]
    None(String),
    /// The name of a folder cannot be that of a namespace.
    #[error(
        "the name {0:?} of a scenario is not a letter followed by letters, digits and dashes, at most {LONGEST_NAME}"
    )]
    Name(String),
    /// `expect.json` is not what it must be.
    #[error("{name}/expect.json: {why}")]
    Expect {
        /// Name of the scenario.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// A script or manifest is missing.
    #[error("{name} has no {wanted}")]
    Missing {
        /// Name of the scenario.
        name: String,
        /// The file that it needs.
        wanted: &'static str,
    },
}

/// The scenarios in a folder, by name.
///
/// # Errors
/// When one of them cannot be used, or there are none.
pub fn scenarios(folder: &Path) -> Result<Vec<Scenario>, ScenarioError> {
    let unreadable = |source| ScenarioError::Unreadable { path: folder.display().to_string(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join("expect.json").is_file() {
            found.push(Scenario::read(&path)?);
        }
    }
    if found.is_empty() {
        return Err(ScenarioError::None(folder.display().to_string()));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Scenario {
    /// Reads the folder of a scenario.
    ///
    /// # Errors
    /// When its name, its files or its `expect.json` are not what they must be.
    pub fn read(folder: &Path) -> Result<Self, ScenarioError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !is_name(&name) {
            return Err(ScenarioError::Name(name));
        }
        let path = folder.join("expect.json");
        let text = fs::read_to_string(&path)
            .map_err(|source| ScenarioError::Unreadable { path: path.display().to_string(), source })?;
        let expect = Expect::read(&text).map_err(|why| ScenarioError::Expect { name: name.clone(), why })?;
        let scenario = Self { name, folder: folder.to_owned(), expect };
        scenario.missing().map_or(Ok(scenario.clone()), |wanted| {
            Err(ScenarioError::Missing { name: scenario.name.clone(), wanted })
        })
    }

    /// Whether it has a file of that name.
    #[must_use]
    pub fn has(&self, file: &str) -> bool {
        self.folder.join(file).is_file()
    }

    fn missing(&self) -> Option<&'static str> {
        if !self.has("setup.yaml") && !self.has("setup.sh") {
            return Some("setup.yaml or setup.sh");
        }
        if !self.has("inject.sh") {
            return Some("inject.sh");
        }
        (!self.expect.calm && !self.has("repair.sh")).then_some("repair.sh")
    }

    /// Whether it is the one that is named, or one of those whose names begin so.
    #[must_use]
    pub fn is_named(&self, wanted: &str) -> bool {
        self.name.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// A namespace of its own; `mark` tells one run from another.
    #[must_use]
    pub fn namespace(&self, mark: &str) -> String {
        format!("{}-{mark}", self.name.to_lowercase())
    }
}

fn is_name(name: &str) -> bool {
    let is_plain = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    is_plain && name.len() <= LONGEST_NAME && name.starts_with(|it: char| it.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: &str = r#"{"title": "x", "calm": "yes"}"#;
    const FAULT: &str =
        r#"{"title": "x", "finding": {"conditions": ["OOMKilled"], "kind": "Pod", "name": "web-*"}}"#;

    fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_read_and_others_are_left_alone() {
        let folder = written(&[
            ("S-2-b/expect.json", CALM),
            ("S-2-b/setup.sh", ""),
            ("S-2-b/inject.sh", ""),
            ("S-1-a/expect.json", FAULT),
            ("S-1-a/setup.yaml", ""),
            ("S-1-a/inject.sh", ""),
            ("S-1-a/repair.sh", ""),
            ("notes/readme", ""),
            ("crds.yaml", ""),
        ]);

        let found = scenarios(folder.path()).unwrap();

        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["S-1-a", "S-2-b"]);
        assert_eq!(found[0].namespace("12ab34cd"), "s-1-a-12ab34cd");
    }

    #[test]
    fn what_is_missing_is_named() {
        let no_repair = written(&[("S-1/expect.json", FAULT), ("S-1/setup.yaml", ""), ("S-1/inject.sh", "")]);
        let no_setup = written(&[("S-1/expect.json", CALM), ("S-1/inject.sh", "")]);
        let broken = written(&[("S-1/expect.json", "{")]);
        let nothing = written(&[("notes/readme", "")]);
        let strange = written(&[("1 2/expect.json", CALM)]);

        let why = |folder: &tempfile::TempDir| scenarios(folder.path()).unwrap_err().to_string();
        assert_eq!(why(&no_repair), "S-1 has no repair.sh");
        assert_eq!(why(&no_setup), "S-1 has no setup.yaml or setup.sh");
        assert!(why(&broken).starts_with("S-1/expect.json: EOF"), "{}", why(&broken));
        assert!(why(&nothing).contains("holds no scenario"), "{}", why(&nothing));
        assert!(why(&strange).contains("\"1 2\""), "{}", why(&strange));
    }

    #[test]
    fn a_name_is_whole_or_ends_before_a_dash() {
        let folder =
            written(&[("S-06-a/expect.json", CALM), ("S-06-a/setup.sh", ""), ("S-06-a/inject.sh", "")]);
        let scenario = scenarios(folder.path()).unwrap().remove(0);

        assert!(scenario.is_named("S-06") && scenario.is_named("S-06-a") && scenario.is_named("S"));
        assert!(!scenario.is_named("S-0") && !scenario.is_named("S-06-") && !scenario.is_named("S-06-ab"));
    }
}
