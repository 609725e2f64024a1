//! Errors as `application/problem+json`, RFC 9457.

use chiron_function::Failure;
use serde::Serialize;
use std::time::Duration;

/// Larger error bodies kill Knative's in-memory dispatcher (measured: from 769 bytes on).
pub(crate) const MAX_BYTES: usize = 512;

/// Why a request is not answered as the sender hoped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind of problem, in a few words.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What exactly, and what to do.
    pub detail: String,
    /// When to try again.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// A problem that trying again does not solve.
    pub fn new(status: u16, title: &'static str, detail: impl Into<String>) -> Self {
        Self { title, status, detail: detail.into(), retry_after: None }
    }

    /// The problem behind a failure.
    #[must_use]
    pub fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Rejected { .. } => Self::new(422, "event is not acceptable", failure.chain()),
            Failure::Transient { retry_after, .. } => Self {
                retry_after: Some(*retry_after),
                ..Self::new(503, "event cannot be handled now", failure.chain())
            },
            Failure::InProgress => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(409, "event is being handled", failure.chain())
            },
        }
    }

    /// The body, at most 512 bytes long: the detail is cut where it is too long.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut problem = self.clone();
        loop {
            let body = serde_json::to_vec(&problem).unwrap_or_default();
            if body.len() <= MAX_BYTES {
                return body;
            }
            let over = body.len() - MAX_BYTES + 3;
            let mut keep = problem.detail.len().saturating_sub(over);
            while !problem.detail.is_char_boundary(keep) {
                keep -= 1;
            }
            problem.detail.truncate(keep);
            problem.detail.push_str("...");
            if keep == 0 {
                problem.detail.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_is_longer_than_the_dispatcher_bears() {
        for detail in ["x".repeat(5000), "\"ü\n".repeat(900), String::new()] {
            let body = Problem::new(422, "event is not acceptable", detail).body();

            assert!(body.len() <= MAX_BYTES, "{}", body.len());
            assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
        }
    }
}
