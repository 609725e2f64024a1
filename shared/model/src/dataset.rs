//! Sealed sets of labels.

use crate::{Digest, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which part of the training a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// To learn from.
    Train,
    /// To tune with.
    Validation,
    /// To measure with, once.
    Test,
}

impl Split {
    /// The word in JSON and file names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// One file of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileEntry {
    /// Path inside the dataset.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the content.
    pub sha256: Digest,
    /// Rows, for data files.
    pub rows: u64,
}

/// What a dataset holds. Nothing in it depends on when or in which order it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Version of this shape.
    pub schema_version: u32,
    /// Name of the dataset.
    pub name: String,
    /// Fingerprint of its rows.
    pub version: String,
    /// Time of the newest event behind it.
    pub sealed_at: Timestamp,
    /// Labels, without repetition across configurations.
    pub labels: u64,
    /// Labels by type.
    pub by_type: BTreeMap<String, u64>,
    /// Labels by split.
    pub by_split: BTreeMap<String, u64>,
    /// All files but this one, by path.
    pub files: Vec<FileEntry>,
}

/// One line of a list of datasets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatasetSummary {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Labels.
    pub labels: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Key of the folder in the bucket.
    pub prefix: String,
    /// Time of the newest event behind it.
    pub sealed_at: Timestamp,
}
