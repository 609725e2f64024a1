//! Objects from files, folders and archives.

use super::{Logs, Note, Taken, Wanted};
use chiron_bundle::{BundleError, Contents, Limits, Problem, read, read_bytes};
use chiron_health::Moment;
use chiron_model::Timestamp;
use chiron_redact::Redactor;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A path cannot be opened.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Standard input cannot be read.
    #[error("standard input cannot be read: {0}")]
    Input(#[from] io::Error),
}

/// Takes all objects from the paths; `-` is standard input.
///
/// `now` stands in where no object tells a time.
///
/// # Errors
/// When a path does not exist or cannot be opened. What is broken in a file becomes a note.
pub fn from_files(
    paths: &[PathBuf],
    wanted: &Wanted,
    now: Timestamp,
    redactor: &Redactor,
) -> Result<Taken, FilesError> {
    let limits = Limits::default();
    let is_input = paths == [Path::new("-")];
    let mut contents = if is_input {
        let mut bytes = Vec::new();
        io::stdin().lock().take(limits.document_bytes).read_to_end(&mut bytes)?;
        read_bytes("standard input", &bytes, &limits)
    } else {
        read(paths, &limits)?
    };
    let logs = std::mem::take(&mut contents.logs);
    let mut taken = taken(contents, wanted, now, redactor);
    // Standard input is read once.
    if !is_input {
        taken.logs = Logs::Filed { paths: paths.to_vec(), logs };
    }
    Ok(taken)
}

fn taken(contents: Contents, wanted: &Wanted, now: Timestamp, redactor: &Redactor) -> Taken {
    let captured = contents.captured_at.as_deref().and_then(|it| it.parse().ok());
    let at: Timestamp = captured.unwrap_or(now).min(now);
    let mut taken = Taken {
        moment: Moment { at, is_recorded: true, ..wanted.moment() },
        notes: contents.problems.into_iter().map(note).collect(),
        ..Taken::default()
    };
    "recording".clone_into(&mut taken.cluster);
    for found in contents.objects {
        if wanted.is_health_asked {
            taken.judge(&found.object, &found.source.file);
        }
        if found.object["metadata"]["name"].as_str().is_none_or(str::is_empty) {
            continue;
        }
        taken.take(found.object, &found.source.file, at, redactor);
    }
    taken
}

fn note(problem: Problem) -> Note {
    Note { place: format!("{}:{}", problem.source.file, problem.source.line), message: problem.message }
}
