//! Why a table, or a cell of it, was not read.

/// A whole table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source broke, or is no CSV.
    #[error("the table could not be read to its end")]
    Source(#[source] csv::Error),
    /// There is nothing in it.
    #[error("expected a line with the names of the columns, got an empty table")]
    Empty,
    /// No column has times.
    #[error(
        "expected a column named timestamp, time, date, datetime or the like with times in it, got the columns \
         {0:?}; name the column of the times so"
    )]
    NoTime(String),
    /// No column has values.
    #[error("expected a column of numbers besides {0:?}")]
    NoValues(String),
    /// There are too many columns.
    #[error("expected at most {limit} columns, got {found}")]
    TooManyColumns {
        /// Columns that are allowed.
        limit: usize,
        /// Columns of the table.
        found: usize,
    },
}

/// Something in a table that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A cell is not what its column has. It is left out; without its time, the whole row is.
    #[error("line {line}, column {column:?}: expected {expected}, got {found:?}")]
    Cell {
        /// Number of the line on which the row begins, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// What was expected.
        expected: &'static str,
        /// What stands there, cut to 40 characters.
        found: String,
    },
    /// A row has more cells than there are columns. Those are left out.
    #[error("line {line}: expected {expected} cells, got {found}")]
    Cells {
        /// Number of the line on which the row begins, from 1.
        line: u64,
        /// Number of columns.
        expected: usize,
        /// Number of cells.
        found: usize,
    },
    /// There are too many series. Those that were not known before this row are left out.
    #[error("line {line}: expected at most {limit} series, got more")]
    TooManySeries {
        /// Number of the line on which the row begins, from 1.
        line: u64,
        /// Series that are allowed.
        limit: usize,
    },
    /// There are too many samples. The table is read no further.
    #[error("line {line}: expected at most {limit} samples, got more; the rest of the table is left out")]
    TooManySamples {
        /// Number of the line on which the row begins, from 1.
        line: u64,
        /// Samples that are allowed.
        limit: usize,
    },
    /// A row cannot be read as text.
    #[error("line {line}: expected UTF-8")]
    NoText {
        /// Number of the line on which the row begins, from 1.
        line: u64,
    },
}
