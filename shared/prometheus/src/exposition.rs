//! The text formats of exporters: Prometheus text 0.0.4 and `OpenMetrics` 1.0.
//!
//! [`read`] goes through a source line by line and gives each sample as it comes; [`Parser`] takes lines that are pushed
//! to it; [`parse`] reads a whole document. A line that cannot be read is told with its number and what was expected
//! there, and the rest is read nevertheless. Exemplars are counted and left out. Histograms are made into what a detector
//! can use by a [`Condenser`].
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats> and
//! <https://prometheus.io/docs/specs/om/open_metrics_spec>.

mod condenser;
mod cursor;
mod digest;
mod document;
mod histogram;
mod line;
mod parser;
mod problem;
mod reader;

pub use condenser::{Condenser, condense};
pub(crate) use cursor::labelled;
pub use digest::HistogramDigest;
pub use document::{Document, parse};
pub use parser::Parser;
pub use problem::Problem;
pub use reader::{Lines, read};

use chiron_model::Timestamp;
use std::collections::BTreeMap;

/// How a text is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The dialect.
    pub syntax: Syntax,
    /// Time of the samples that have none of their own.
    pub scraped_at: Timestamp,
    /// Labels of the endpoint, such as `instance`; a series that has a label of the same name keeps its own.
    pub labels: BTreeMap<String, String>,
    /// What is too much.
    pub limits: Limits,
}

/// The dialect of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// Prometheus text format 0.0.4: times are in whole milliseconds.
    #[default]
    Text,
    /// `OpenMetrics` 1.0: times are in seconds, and the last line is `# EOF`.
    OpenMetrics,
}

/// What is too much for one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a line. Default 64 KiB.
    pub line_bytes: usize,
    /// Series of a document. Default 200,000.
    pub series: usize,
    /// Labels of a series. Default 64.
    pub labels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 64 * 1024, series: 200_000, labels: 64 }
    }
}

impl Settings {
    /// Settings for a text in this dialect that was fetched at this time.
    #[must_use]
    pub fn new(syntax: Syntax, scraped_at: Timestamp) -> Self {
        Self { syntax, scraped_at, labels: BTreeMap::new(), limits: Limits::default() }
    }
}

impl Syntax {
    /// What an exporter is asked for: both dialects, `OpenMetrics` rather.
    pub const ACCEPT: &'static str =
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    /// The dialect that the `Content-Type` of an answer names.
    #[must_use]
    pub fn of_content_type(content_type: &str) -> Self {
        let media = content_type.split(';').next().unwrap_or_default().trim();
        if media.eq_ignore_ascii_case("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }

    /// The dialect of a file: only `OpenMetrics` ends with `# EOF`.
    #[must_use]
    pub fn of_text(text: &[u8]) -> Self {
        if text.trim_ascii_end().ends_with(b"# EOF") { Self::OpenMetrics } else { Self::Text }
    }
}
