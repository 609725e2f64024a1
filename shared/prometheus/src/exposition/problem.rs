//! Why a line, or all that follows it, was not read.

use std::io;

/// Something in a text that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A line is not what the format asks for. The line is left out.
    #[error("line {line}, column {column}: expected {expected}, got {found:?}")]
    Syntax {
        /// Number of the line, from 1.
        line: u64,
        /// Number of the character in the line, from 1.
        column: usize,
        /// What was expected there.
        expected: &'static str,
        /// What stands there, cut to 40 characters; empty at the end of the line.
        found: String,
    },
    /// A line is too long. It is left out.
    #[error("line {line}: expected at most {limit} bytes, got more; the line is left out")]
    TooLong {
        /// Number of the line, from 1.
        line: u64,
        /// Bytes that a line may have.
        limit: usize,
    },
    /// There are too many series. Those that were not known before this line are left out.
    #[error("line {line}: expected at most {limit} series, got more; scrape less of it or raise the limit")]
    TooManySeries {
        /// Number of the first line with a series that is left out, from 1.
        line: u64,
        /// Series that a document may have.
        limit: usize,
    },
    /// Something follows the end of the document.
    #[error("line {line}: expected nothing after `# EOF`")]
    AfterEnd {
        /// Number of the first line behind the end, from 1.
        line: u64,
    },
    /// The document has no end, so a part of it may be missing.
    #[error("line {line}: expected `# EOF` at the end; the text may be cut")]
    NoEnd {
        /// Number of the last line, from 1.
        line: u64,
    },
    /// The source of the text broke.
    #[error("line {line}: the text ended before its end")]
    Broken {
        /// Number of the line that could not be read to its end, from 1.
        line: u64,
        /// What happened to the source.
        #[source]
        source: io::Error,
    },
}

/// What is wrong within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Bytes before it.
    pub(crate) at: usize,
    /// What was expected there.
    pub(crate) expected: &'static str,
}

impl Mistake {
    /// The problem that it is in line `line` with this text.
    pub(crate) fn within(self, line: u64, text: &str) -> Problem {
        let (before, rest) = text.split_at_checked(self.at).unwrap_or((text, ""));
        let found = rest.chars().take(40).collect();
        Problem::Syntax { line, column: before.chars().count() + 1, expected: self.expected, found }
    }
}
