//! Why a request, or a part of it, was not taken.

/// A whole request cannot be taken. Sending it again does not help.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is of another kind.
    #[error(
        "expected the content type application/x-protobuf with proto=prometheus.WriteRequest or \
         proto=io.prometheus.write.v2.Request, got {0:?}"
    )]
    ContentType(String),
    /// The body is no snappy block.
    #[error("expected a snappy block")]
    Snappy(#[source] snap::Error),
    /// The body would be too large after decompression.
    #[error("expected at most {limit} bytes after decompression, got {found}; send fewer samples at once")]
    TooLarge {
        /// Bytes that are allowed.
        limit: usize,
        /// Bytes that the body names.
        found: usize,
    },
    /// There is too much of something.
    #[error("expected at most {limit} {what}, got more; send fewer samples at once")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// The bytes are no message, or one of another version.
    #[error("expected {0} in protobuf, got other bytes; does the content type name the right version?")]
    Malformed(&'static str),
    /// A part of the message is damaged.
    #[error("expected {0} in protobuf, got other bytes")]
    Damaged(&'static str, #[source] prost::DecodeError),
    /// A series refers to a symbol that is not there.
    #[error("expected references to {symbols} symbols, got one to symbol {found}")]
    BadReference {
        /// The reference.
        found: u64,
        /// How many symbols there are.
        symbols: usize,
    },
    /// The references of a series to its labels are no pairs.
    #[error("expected a name and a value for each label, got {0} references")]
    OddReferences(usize),
    /// The first symbol is not empty.
    #[error("expected the first symbol to be empty")]
    NoEmptySymbol,
}

impl Error {
    /// The status of the answer to such a request. Senders do not repeat what got one of these.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::ContentType(_) => 415,
            Self::TooLarge { .. } | Self::TooMany { .. } => 413,
            Self::Snappy(_)
            | Self::Malformed(_)
            | Self::Damaged(..)
            | Self::BadReference { .. }
            | Self::OddReferences(_)
            | Self::NoEmptySymbol => 400,
        }
    }
}

/// Why a series, or a sample of it, was left out while the rest of its request was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The series has no name.
    #[error("expected the label __name__ with a name, got a series without it")]
    NoName,
    /// The series has too many labels.
    #[error("expected at most {limit} labels, got a series with more")]
    TooManyLabels {
        /// How many are allowed.
        limit: usize,
    },
    /// The labels of the series are too long.
    #[error("expected at most {limit} bytes of labels, got a series with more")]
    LabelsTooLong {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The series has a label twice.
    #[error("expected each label once, got a series with one twice")]
    LabelTwice,
    /// A sample is of no time that can be used.
    #[error("expected a time between the years 1678 and 2262, got {millis} ms since 1970")]
    Time {
        /// Milliseconds since 1970.
        millis: i64,
    },
}
