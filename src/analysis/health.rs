//! How each object fares.

use super::{ObjectRow, Taken};
use crate::tables::table;
use chiron_health::Health;
use serde::Serialize;
use std::io::{self, Write};

/// How one object fares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthRow {
    /// The file it was read from; absent for a live cluster.
    pub file: Option<String>,
    /// The object.
    pub object: ObjectRow,
    /// How it fares.
    pub health: Health,
    /// Why.
    pub message: String,
}

/// A row for each object that has a notion of health, in the order they were read.
#[must_use]
pub fn health_rows(taken: &Taken) -> Vec<HealthRow> {
    let judged = taken.judged.iter().map(|it| HealthRow {
        file: Some(it.file.clone()).filter(|it| !it.is_empty()),
        object: ObjectRow::from(&it.object),
        health: it.health.health,
        message: it.health.message.clone(),
    });
    judged.collect()
}

/// Prints the rows as a table.
///
/// # Errors
/// When the output cannot be written.
pub fn print_health(rows: &[HealthRow], out: &mut dyn Write) -> io::Result<()> {
    let mut shown = table(&["HEALTH", "OBJECT", "MESSAGE"]);
    for row in rows {
        shown.add_row([row.health.to_string(), row.object.title(), row.message.clone()]);
    }
    if rows.is_empty() { writeln!(out, "no object with a health was read") } else { writeln!(out, "{shown}") }
}
