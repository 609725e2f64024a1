//! Folders, in the order of names, without following links.

use crate::{
    intake::{Entry, Intake, unreadable},
    names,
};
use std::{
    fs::{self, DirEntry, File},
    io,
    path::Path,
};

/// Folders inside folders at most; a path of the operating system is not much deeper.
const DEEPEST: usize = 128;

/// Reads all files below the folder; `prefix` is the path from the given folder to here, empty or ending in `/`.
pub(crate) fn read(intake: &mut Intake<'_>, folder: &Path, prefix: &str, depth: usize) {
    let entries = match sorted(folder) {
        Ok(entries) => entries,
        Err(error) => return intake.problem(prefix.trim_end_matches('/'), unreadable(&error)),
    };
    for entry in entries {
        if intake.is_full() {
            return;
        }
        let own_name = names::plain(&entry.file_name().to_string_lossy());
        let name = format!("{prefix}{own_name}");
        // The type of the entry itself, not of what a link points to: links and pipes are passed over.
        let Ok(kind) = entry.file_type() else { continue };
        if own_name.starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            read(intake, &entry.path(), &format!("{name}/"), depth + 1);
        } else if kind.is_file() {
            file(intake, name, &entry);
        }
    }
}

fn sorted(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn file(intake: &mut Intake<'_>, name: String, entry: &DirEntry) {
    let size = entry.metadata().ok().map(|metadata| metadata.len());
    if !intake.admit(&name) || intake.pass_over(&name, size) {
        return;
    }
    match File::open(entry.path()) {
        Ok(file) => intake.file(Entry { name, size, given: false, nesting: 0, wrappings: 0 }, file),
        Err(error) => intake.problem(&name, unreadable(&error)),
    }
}
