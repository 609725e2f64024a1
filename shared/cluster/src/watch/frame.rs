//! One line of a watch.

use chiron_model::Operation;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// What a line of a watch says.
#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    /// An object changed.
    Changed(Operation, Value),
    /// Nothing older than this version will come.
    Bookmark(String),
    /// The watch is over.
    Failed {
        /// The code of the status; 410 when the version asked for is gone.
        code: u64,
        /// What the API server said.
        message: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// The line is no event of a watch.
    Unreadable(String),
    /// The line is of a type that nobody knows yet.
    Other,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    ty: String,
    object: Value,
}

impl Frame {
    pub(super) fn read(line: &[u8]) -> Self {
        let Line { ty, object } = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(error) => return Self::Unreadable(error.to_string()),
        };
        match ty.as_str() {
            "ADDED" => Self::Changed(Operation::Add, object),
            "MODIFIED" => Self::Changed(Operation::Update, object),
            "DELETED" => Self::Changed(Operation::Delete, object),
            "BOOKMARK" => match object["metadata"]["resourceVersion"].as_str() {
                Some(version) if !version.is_empty() => Self::Bookmark(version.to_owned()),
                Some(_) | None => Self::Unreadable("a bookmark without a version".to_owned()),
            },
            "ERROR" => Self::Failed {
                code: object["code"].as_u64().unwrap_or(500),
                message: object["message"].as_str().unwrap_or("no message").to_owned(),
                retry_after: object["details"]["retryAfterSeconds"].as_u64().map(Duration::from_secs),
            },
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_is_unreadable_and_no_panic() {
        let line = br#"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#;

        for end in 0..line.len() {
            assert!(matches!(Frame::read(&line[..end]), Frame::Unreadable(_)), "{end}");
        }
        assert!(matches!(Frame::read(line), Frame::Changed(Operation::Add, _)));
    }

    #[test]
    fn a_version_that_is_gone_is_told_by_its_code() {
        let line = br#"{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}}"#;

        assert!(matches!(Frame::read(line), Frame::Failed { code: 410, .. }));
    }
}
