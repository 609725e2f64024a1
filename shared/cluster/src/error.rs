//! What goes wrong between us and an API server.

use std::time::Duration;

/// Why a request got no usable answer. The text says what was asked, what came and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The credential is not accepted (401), or the part that fetches it does not work.
    #[error("{server} does not accept the credential: {why}")]
    Unauthorized {
        /// Address of the API server.
        server: String,
        /// What is known about the reason, and what to do.
        why: String,
    },
    /// The credential lacks a right (403).
    #[error(
        "may not {verb} {resource}{}: {message}; `chiron rbac print` shows the rights that are needed",
        place(.namespace)
    )]
    Forbidden {
        /// `list`, `watch` or `get`.
        verb: &'static str,
        /// `pods`, `deployments.apps`, `pods/log`, or a path that is no resource.
        resource: String,
        /// The namespace; empty for the whole cluster.
        namespace: String,
        /// What the API server said.
        message: String,
    },
    /// There is nothing at this path (404): the kind is not served, or the object is gone.
    #[error("{path} is not there: {message}")]
    NotFound {
        /// The path that was asked for.
        path: String,
        /// What the API server said.
        message: String,
    },
    /// The version or the continue token is too old (410): list again.
    #[error("{path}: the version asked for is gone: {message}")]
    Expired {
        /// The path that was asked for.
        path: String,
        /// What the API server said.
        message: String,
    },
    /// The API server, or an API behind it, cannot answer now (429, 500, 502, 503, 504), after all attempts.
    #[error("{path}: {status} after {attempts} attempts: {message}")]
    Unavailable {
        /// The path that was asked for.
        path: String,
        /// HTTP status.
        status: u16,
        /// How often it was asked.
        attempts: u32,
        /// What the API server said.
        message: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// Any other answer that is no success.
    #[error("{path}: {status}: {message}")]
    Refused {
        /// The path that was asked for.
        path: String,
        /// HTTP status.
        status: u16,
        /// What the API server said.
        message: String,
    },
    /// The API server was not reached, or the connection broke.
    #[error("cannot reach {server}: {why}")]
    Unreachable {
        /// Address of the API server.
        server: String,
        /// What is known about the reason, and what to do.
        why: String,
    },
    /// The certificate of the API server is not trusted.
    #[error("{server} is not trusted: {why}")]
    Untrusted {
        /// Address of the API server.
        server: String,
        /// What is wrong with the certificate, and what to do.
        why: String,
    },
    /// No answer in time.
    #[error("{path}: no answer within {limit:?}")]
    TimedOut {
        /// The path that was asked for.
        path: String,
        /// The time it was given.
        limit: Duration,
    },
    /// The answer is larger than what is read at once.
    #[error("{path}: the answer is larger than {limit} bytes")]
    TooLarge {
        /// The path that was asked for.
        path: String,
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The answer is not what the API promises.
    #[error("{path}: expected {expected}, got {got}")]
    Malformed {
        /// The path that was asked for.
        path: String,
        /// What the API promises.
        expected: &'static str,
        /// What came.
        got: String,
    },
}

fn place(namespace: &str) -> String {
    if namespace.is_empty() {
        " in the whole cluster".to_owned()
    } else {
        format!(" in namespace {namespace}")
    }
}

impl Error {
    /// Whether the cluster as a whole cannot be read, so that asking for other kinds is of no use.
    #[must_use]
    pub const fn is_of_the_cluster(&self) -> bool {
        matches!(self, Self::Unauthorized { .. } | Self::Unreachable { .. } | Self::Untrusted { .. })
    }
}
