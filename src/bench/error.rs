//! Why a benchmark cannot go on.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A benchmark cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A file or folder cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is not what its format asks for.
    #[error("{}, line {line}: expected {wanted}, got {found:?}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What its format asks for.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
    /// A file as a whole is not what its format asks for.
    #[error("{}: {wrong}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        wrong: String,
    },
}

impl BenchError {
    /// For `map_err` of what reads `path`.
    pub(crate) fn reading(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Read { path: path.to_owned(), source }
    }

    /// For `map_err` of what writes `path`.
    pub(crate) fn writing(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }

    /// The file as a whole is wrong.
    pub(crate) fn file(path: &Path, wrong: impl Into<String>) -> Self {
        Self::File { path: path.to_owned(), wrong: wrong.into() }
    }
}
