//! Reads files: metrics as text, and tables.

use crate::reading::Reading;
use chiron_model::Timestamp;
use chiron_prometheus::{
    client::Span,
    exposition::{Document, Settings, Syntax, parse},
    table,
};
use std::{fs, io, path::Path};

/// Bytes that a file may have.
const MAX_BYTES: u64 = 64 << 20;
/// Samples that a table may have: 80 MB of them.
const MAX_SAMPLES: usize = 5_000_000;

/// Reads metrics as text, of the time `at` where they do not say.
pub(crate) fn exposition(path: &Path, name: &str, at: Timestamp) -> Reading {
    let mut reading = Reading::of(name);
    match content(path) {
        Ok(bytes) => {
            let settings = Settings::new(Syntax::of_text(&bytes), at);
            take(&mut reading, parse(&bytes, &settings));
            reading
        }
        Err(error) => {
            reading.trouble(None, error);
            reading.lost()
        }
    }
}

/// Takes what a document holds, also that it is not whole.
pub(crate) fn take(reading: &mut Reading, document: Document) {
    let untold = document.problem_count.saturating_sub(document.problems.len() as u64);
    for problem in document.problems {
        reading.trouble(None, problem);
    }
    reading.problem_count += untold;
    reading.series.extend(document.series);
}

/// Reads the rows of a table that lie in `span`.
pub(crate) fn table(path: &Path, name: &str, span: Span) -> Reading {
    let mut reading = Reading::of(name);
    let metric = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut settings = table::Settings::new(metric);
    settings.limits.samples = MAX_SAMPLES;
    let read = content(path)
        .map_err(|error| error.to_string())
        .and_then(|bytes| table::read(bytes.as_slice(), &settings).map_err(|error| whole(&error)));
    match read {
        Ok(table) => {
            let untold = table.problem_count.saturating_sub(table.problems.len() as u64);
            for problem in table.problems {
                reading.trouble(None, problem);
            }
            reading.problem_count += untold;
            reading.series = table.series;
            for series in &mut reading.series {
                series.samples.retain(|sample| sample.at >= span.from && sample.at <= span.until);
            }
            reading.series.retain(|series| !series.samples.is_empty());
            reading
        }
        Err(reason) => {
            reading.trouble(None, reason);
            reading.lost()
        }
    }
}

fn content(path: &Path) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(io::Error::other("expected a file"));
    }
    if meta.len() > MAX_BYTES {
        return Err(io::Error::other(format!("expected at most {MAX_BYTES} bytes, got {}", meta.len())));
    }
    fs::read(path)
}

/// An error with its cause.
fn whole(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
