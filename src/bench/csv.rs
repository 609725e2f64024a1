//! CSV as the data sets have it: commas, no quotes, a known head.

use super::BenchError;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file in memory: its lines, cut at commas. Empty lines are left out.
#[derive(Debug)]
pub struct Csv {
    path: PathBuf,
    lines: Vec<Line>,
}

/// A line and its number, from 1.
#[derive(Debug)]
struct Line {
    number: usize,
    cells: Vec<String>,
}

/// A line of a file, for errors that say where.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    path: &'a Path,
    line: &'a Line,
}

impl Csv {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8, or has quotes.
    pub fn read(path: &Path) -> Result<Self, BenchError> {
        let text = fs::read_to_string(path).map_err(BenchError::reading(path))?;
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if line.contains('"') {
                let wanted = "cells without quotes";
                let found = line.to_owned();
                return Err(BenchError::Line { path: path.to_owned(), line: index + 1, wanted, found });
            }
            let cells = line.split(',').map(|cell| cell.trim().to_owned()).collect();
            lines.push(Line { number: index + 1, cells });
        }
        Ok(Self { path: path.to_owned(), lines })
    }

    /// The line at this place, from 0, heads included.
    ///
    /// # Errors
    /// When the file is shorter.
    pub fn row(&self, index: usize) -> Result<Row<'_>, BenchError> {
        let line = self.lines.get(index).ok_or_else(|| {
            let wrong = format!("expected at least {} lines, got {}", index + 1, self.lines.len());
            BenchError::file(&self.path, wrong)
        })?;
        Ok(Row { path: &self.path, line })
    }

    /// The lines after the first `heads`.
    pub fn rows(&self, heads: usize) -> impl Iterator<Item = Row<'_>> {
        self.lines.iter().skip(heads).map(|line| Row { path: &self.path, line })
    }
}

impl<'a> Row<'a> {
    /// Its cells.
    #[must_use]
    pub fn cells(self) -> &'a [String] {
        &self.line.cells
    }

    /// The cell of a column; `wanted` says what it should be.
    ///
    /// # Errors
    /// When the line has fewer columns.
    pub fn text(self, column: usize, wanted: &'static str) -> Result<&'a str, BenchError> {
        let cell = self.line.cells.get(column).map(String::as_str);
        cell.ok_or_else(|| self.wrong(wanted, &self.line.cells.join(",")))
    }

    /// The number in a column; `wanted` says what it should be.
    ///
    /// # Errors
    /// When there is none.
    pub fn number(self, column: usize, wanted: &'static str) -> Result<f64, BenchError> {
        let text = self.text(column, wanted)?;
        text.parse().map_err(|_| self.wrong(wanted, text))
    }

    /// An error of this line.
    #[must_use]
    pub fn wrong(self, wanted: &'static str, found: &str) -> BenchError {
        let found = found.to_owned();
        BenchError::Line { path: self.path.to_owned(), line: self.line.number, wanted, found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        let (_folder, path) = written("timestamp,value\n\n1,2\n3,x\n");

        let csv = Csv::read(&path).unwrap();

        let numbers: Vec<_> = csv.rows(1).map(|row| row.number(1, "a value")).collect();
        assert!(matches!(numbers[0], Ok(value) if value.to_bits() == 2.0_f64.to_bits()));
        let error = numbers[1].as_ref().unwrap_err().to_string();
        assert!(error.contains("a.csv, line 4: expected a value, got \"x\""), "{error}");
    }

    #[test]
    fn quotes_are_refused() {
        let (_folder, path) = written("a,b\n\"1,2\",3\n");

        let error = Csv::read(&path).unwrap_err().to_string();

        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_short_file_is_told() {
        let (_folder, path) = written("a\n");

        let error = Csv::read(&path).unwrap().row(3).unwrap_err().to_string();

        assert!(error.contains("expected at least 4 lines, got 1"), "{error}");
    }
}
