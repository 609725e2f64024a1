//! What was found.

use serde_json::Value;
use std::{io, path::PathBuf};

/// Where something was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Path with `/`: inside the given folder or archive, or the path as given for a single file.
    pub file: String,
    /// Line on which the document starts, or on which the problem is; from 1.
    pub line: u64,
}

/// In which form an object was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// JSON, complete.
    Json,
    /// YAML, complete.
    Yaml,
    /// Text of `kubectl get`, `describe` or `events`: only the fields that the text shows.
    Text,
}

/// One object, never a list. It has `kind`, `apiVersion` and `metadata.name`; the name may be absent where a status is
/// there.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where it was read.
    pub source: Source,
    /// The object in the shape of the API.
    pub object: Value,
    /// In which form it was written.
    pub origin: Origin,
}

/// The log of a container that was passed over without being read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Log {
    /// Where it is; the line is 1.
    pub source: Source,
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Name of the container, absent where one file holds the logs of all.
    pub container: Option<String>,
    /// Whether it is of the container's life before this one.
    pub previous: bool,
    /// Size in bytes where the folder or archive tells it.
    pub bytes: Option<u64>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub source: Source,
    /// Why, in a sentence without the place.
    pub message: String,
}

/// All that was found in the given paths, in the order of the paths and of the names in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The objects. One that is in two files is here twice.
    pub objects: Vec<Found>,
    /// Logs of containers, by their paths; not read.
    pub logs: Vec<Log>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// When the state was captured, as RFC 3339 in UTC: the latest time that any object tells of something that has
    /// happened. The capture itself was never earlier.
    pub captured_at: Option<String>,
    /// Documents looked at: JSON and YAML documents, other files as one each.
    pub documents: u64,
    /// Documents that hold no object, such as logs, metrics and settings.
    pub ignored: u64,
}

/// A given path cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The path does not exist or may not be read.
    #[error("{} cannot be opened: give the path of a file or folder that exists and may be read", path.display())]
    Open {
        /// The path as given.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}
