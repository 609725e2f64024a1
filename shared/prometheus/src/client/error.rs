//! Why a question was not answered.

use std::{path::PathBuf, time::Duration};

/// Why a question was not answered. Addresses are shown without credentials.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A setting is not what it must be.
    #[error("{setting}: expected {expected}, got {found:?}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A file of certificates, keys or tokens cannot be used.
    #[error("{} cannot be used as {purpose}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What it is needed for.
        purpose: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Nobody answers, or the connection broke.
    #[error("{url} does not answer: {reason}")]
    Unreachable {
        /// The address.
        url: String,
        /// The innermost cause, such as a refused connection or a certificate that is not trusted.
        reason: String,
        /// The cause.
        source: reqwest::Error,
    },
    /// It takes too long.
    #[error("{url} gave no whole answer within {} s", after.as_secs_f64())]
    Timeout {
        /// The address.
        url: String,
        /// How long it had.
        after: Duration,
    },
    /// It does not let the client in.
    #[error("{url} answered {status}: {advice}")]
    Refused {
        /// The address.
        url: String,
        /// 401 or 403.
        status: u16,
        /// What to do.
        advice: &'static str,
    },
    /// Prometheus says what is wrong with the question, or why it cannot answer it.
    #[error("{url} answered {status} {kind}: {reason}")]
    Query {
        /// The address.
        url: String,
        /// Status of HTTP.
        status: u16,
        /// The `errorType` of Prometheus, such as `bad_data`, `execution` or `timeout`.
        kind: String,
        /// The error text of Prometheus.
        reason: String,
    },
    /// Any other status.
    #[error("{url} answered {status}, beginning {start:?}")]
    Status {
        /// The address.
        url: String,
        /// Status of HTTP.
        status: u16,
        /// How the answer begins.
        start: String,
    },
    /// The answer is not that of Prometheus.
    #[error(
        "{url} did not answer as Prometheus does ({reason}), but {content_type}, beginning {start:?}: \
             is it the address of Prometheus itself?"
    )]
    NotPrometheus {
        /// The address.
        url: String,
        /// Media type of the answer.
        content_type: String,
        /// What is wrong.
        reason: String,
        /// How the answer begins.
        start: String,
    },
    /// The answer has too many bytes.
    #[error("the answer of {url} has more than {limit} bytes; ask for less, or allow more bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// How many it may have.
        limit: usize,
    },
    /// The answer has too many series, and the question cannot be asked in smaller parts.
    #[error("{query:?} gives more than {limit} series ({why}); ask for fewer, or allow more")]
    TooManySeries {
        /// The question.
        query: String,
        /// How many it may give.
        limit: usize,
        /// Why it was not asked in smaller parts.
        why: String,
    },
    /// The question is not `PromQL`.
    #[error("{query:?} is not PromQL: {reason}")]
    NotPromql {
        /// The question.
        query: String,
        /// What is wrong.
        reason: String,
    },
}

/// What servers say when a question needs too much: Prometheus, Thanos, Mimir and Cortex, `VictoriaMetrics`.
const LIMITS: &[&str] = &[
    "too many samples",
    "too many series",
    "max number of series",
    "maximum number of series",
    "max-series",
    "matching timeseries exceeds",
    "max-chunks",
    "max number of chunks",
    "series limit",
    "chunks limit",
];

impl ClientError {
    /// Whether a smaller question may be answered.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        match self {
            Self::TooLarge { .. } | Self::TooManySeries { .. } => true,
            Self::Query { reason, .. } => LIMITS.iter().any(|limit| reason.contains(limit)),
            Self::Setting { .. }
            | Self::File { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Refused { .. }
            | Self::Status { .. }
            | Self::NotPrometheus { .. }
            | Self::NotPromql { .. } => false,
        }
    }

    /// Whether the server itself is the matter, so that other questions would fare no better.
    #[must_use]
    pub fn is_of_server(&self) -> bool {
        match self {
            Self::Setting { .. }
            | Self::File { .. }
            | Self::Unreachable { .. }
            | Self::Refused { .. }
            | Self::Status { .. }
            | Self::NotPrometheus { .. } => true,
            Self::Timeout { .. }
            | Self::Query { .. }
            | Self::TooLarge { .. }
            | Self::TooManySeries { .. }
            | Self::NotPromql { .. } => false,
        }
    }
}
