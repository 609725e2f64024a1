//! The way in: paths or bytes to contents.

use crate::{
    contents::{BundleError, Contents},
    folder,
    intake::{Entry, Intake},
    limits::Limits,
    names,
};
use std::{
    fs::File,
    io::Cursor,
    path::{Path, PathBuf},
};

/// Reads the objects of files, folders and archives, in the order of the paths.
///
/// # Errors
/// [`BundleError::Open`] when a given path does not exist or cannot be opened. Everything else that cannot be read is a
/// problem in the contents.
pub fn read(paths: &[PathBuf], limits: &Limits) -> Result<Contents, BundleError> {
    let mut intake = Intake::new(limits);
    all(&mut intake, paths)?;
    Ok(intake.contents)
}

/// Goes through the paths.
pub(crate) fn all(intake: &mut Intake<'_>, paths: &[PathBuf]) -> Result<(), BundleError> {
    for path in paths {
        one(intake, path).map_err(|source| BundleError::Open { path: path.clone(), source })?;
    }
    Ok(())
}

/// Reads what came in another way, such as standard input, under a name for messages.
#[must_use]
pub fn read_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Contents {
    let mut intake = Intake::new(limits);
    intake.file(given(names::plain(name), Some(bytes.len() as u64)), Cursor::new(bytes));
    intake.contents
}

fn one(intake: &mut Intake<'_>, path: &Path) -> std::io::Result<()> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        std::fs::read_dir(path)?;
        folder::read(intake, path, "", 0);
        return Ok(());
    }
    let mut file = File::open(path)?;
    let name = names::plain(&path.to_string_lossy());
    if !intake.admit(&name) {
        return Ok(());
    }
    if metadata.is_file() {
        intake.file(given(name, Some(metadata.len())), file);
    } else {
        intake.stream(given(name, None), &mut file);
    }
    Ok(())
}

fn given(name: String, size: Option<u64>) -> Entry {
    Entry { name, size, given: true, nesting: 0, wrappings: 0 }
}
