//! What one look at the cluster reported.

use chiron_model::Severity;
use serde::Deserialize;
use serde_json::Value;

/// What one look reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The findings that hold.
    pub rows: Vec<Seen>,
    /// What was said of what could not be read, a line each.
    pub warnings: Vec<String>,
}

/// A finding, as far as it is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What is judged.
    pub row: SeenRow,
    /// All that was said of it.
    pub whole: Value,
}

/// The part of a row of `chiron analyze -o json` that is judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SeenRow {
    /// The cluster.
    pub cluster: Option<String>,
    /// The object in trouble.
    pub object: SeenObject,
    /// What is wrong.
    pub condition: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it still holds.
    pub active: bool,
    /// Findings of one fault share it.
    pub group: String,
    /// The most likely cause.
    pub cause: Option<SeenCause>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SeenObject {
    /// Kind.
    pub kind: Option<String>,
    /// Namespace; absent for objects of the cluster.
    pub namespace: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// A cause.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SeenCause {
    /// The object that is at fault.
    pub object: SeenObject,
    /// The field; empty for the whole object.
    pub field: String,
    /// The former value.
    pub from: Value,
    /// The value now.
    pub to: Value,
}

impl Look {
    /// Takes the rows that hold.
    ///
    /// # Errors
    /// When a row is none of `chiron analyze -o json`.
    pub fn read(rows: Vec<Value>, warnings: Vec<String>) -> Result<Self, serde_json::Error> {
        let mut look = Self { rows: Vec::new(), warnings };
        for whole in rows {
            let row = SeenRow::deserialize(&whole)?;
            if row.active {
                look.rows.push(Seen { row, whole });
            }
        }
        Ok(look)
    }
}

impl SeenObject {
    /// `Kind/name`, for people.
    #[must_use]
    pub fn title(&self) -> String {
        let or_unknown = |it: &Option<String>| it.clone().unwrap_or_else(|| "?".to_owned());
        format!("{}/{}", or_unknown(&self.kind), or_unknown(&self.name))
    }
}

impl Seen {
    /// The finding in few words.
    #[must_use]
    pub fn line(&self) -> String {
        let row = &self.row;
        let text = format!("{} {} {}", row.severity, row.condition, row.object.title());
        match &row.cause {
            None => format!("{text} no cause"),
            Some(cause) => {
                let SeenCause { object, field, from, to } = cause;
                format!("{text} <- {} {field}: {from} -> {to}", object.title())
            }
        }
    }
}
