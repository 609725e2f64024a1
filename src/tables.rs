//! Tables for people.

use chiron_model::Timestamp;
use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use std::io::{self, Write};

/// Width where no terminal says how wide it is.
const WIDTH: u16 = 160;

/// An empty table with that header, as wide as the terminal.
#[must_use]
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    if table.width().is_none() {
        table.set_width(WIDTH);
    }
    table
}

/// Prints a table to standard output, or what is said when it has no rows.
///
/// # Errors
/// When the output cannot be written.
pub fn print(table: &Table, none: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if table.is_empty() { writeln!(out, "{none}") } else { writeln!(out, "{table}") }
}

/// A number for people: the digits that count.
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e6 || (size < 1e-3 && size > 0.0) {
        format!("{value:.3e}")
    } else if size >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    }
}

/// A time for people: to the second, in UTC.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(41_943_040.0), "4.194e7");
        assert_eq!(number(0.25), "0.250");
        assert_eq!(number(0.0), "0.000");
        assert_eq!(number(-345.6), "-346");
    }
}
