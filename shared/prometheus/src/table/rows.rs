//! Goes through the rows of a table.

use super::{
    Error, Problem, Settings, Table,
    cell::{Cell, excerpt},
    columns::Role,
    fill::Filler,
    plan::{Plan, plan},
    source::{Row, Source},
};
use crate::moment::moment;
use chiron_model::{Sample, Timestamp};
use csv::StringRecord;
use std::io::Read;

/// Rows that are looked at before it is known what the columns are for.
const PREVIEW: usize = 50;

/// Reads a table of any of the layouts, with commas, semicolons or tabs between the cells.
///
/// # Errors
/// When it is no table of metrics: it has no times or no numbers, or its source breaks.
pub fn read<R: Read>(source: R, settings: &Settings) -> Result<Table, Error> {
    let mut source = Source::open(source)?;
    let mut first = Vec::new();
    let mut unread = Vec::new();
    while first.len() < PREVIEW
        && let Some(row) = source.row()?
    {
        match row {
            Ok(row) => first.push(row),
            Err(problem) => unread.push(problem),
        }
    }
    let records: Vec<StringRecord> = first.iter().map(|row| row.cells.clone()).collect();
    let plan = plan(&records, settings)?;
    let mut reading = Reading::new(&plan, settings);
    for problem in unread {
        reading.filler.trouble(problem);
    }
    for row in first.into_iter().skip(plan.lines) {
        reading.row(&row);
    }
    while !reading.is_over
        && let Some(row) = source.row()?
    {
        match row {
            Ok(row) => reading.row(&row),
            Err(problem) => reading.filler.trouble(problem),
        }
    }
    Ok(reading.filler.finish())
}

/// A table that is being read.
struct Reading<'a> {
    plan: &'a Plan,
    settings: &'a Settings,
    filler: Filler<'a>,
    is_over: bool,
}

impl<'a> Reading<'a> {
    fn new(plan: &'a Plan, settings: &'a Settings) -> Self {
        let filler = Filler::new(settings, plan.layout, plan.column(plan.time).to_owned());
        Self { plan, settings, filler, is_over: false }
    }

    fn row(&mut self, row: &Row) {
        if self.is_over || row.cells.iter().all(|it| it.trim().is_empty()) {
            return;
        }
        if self.filler.is_full() {
            self.is_over = true;
            let limit = self.settings.limits.samples;
            return self.filler.trouble(Problem::TooManySamples { line: row.line, limit });
        }
        let (expected, found) = (self.plan.roles.len(), row.cells.len());
        if found > expected {
            self.filler.trouble(Problem::Cells { line: row.line, expected, found });
        }
        match moment(row.cells.get(self.plan.time).unwrap_or_default()) {
            Some((at, _)) => self.values(row, at),
            None => self.misread(row, self.plan.time, "a time between the years 1678 and 2262"),
        }
    }

    fn values(&mut self, row: &Row, at: Timestamp) {
        let plan = self.plan;
        let key = plan.key(&row.cells);
        if let Some(place) = plan.roles.iter().position(|it| *it == Role::Metric)
            && row.cells.get(place).is_none_or(|it| it.trim().is_empty())
        {
            return self.misread(row, place, "the name of a metric");
        }
        let columns = plan.roles.iter().enumerate().filter(|(_, role)| **role == Role::Value);
        for (column, _) in columns {
            match Cell::of(row.cells.get(column).unwrap_or_default()) {
                Cell::Missing => self.filler.missing(),
                Cell::Text => self.misread(row, column, "a number, or nothing"),
                Cell::Number(value) => {
                    let name = || plan.name(column, &row.cells, self.settings);
                    self.filler.sample(row.line, (&key, column), Sample { at, value }, name);
                }
            }
        }
    }

    fn misread(&mut self, row: &Row, column: usize, expected: &'static str) {
        let found = excerpt(row.cells.get(column).unwrap_or_default());
        let column = self.plan.column(column).to_owned();
        self.filler.trouble(Problem::Cell { line: row.line, column, expected, found });
    }
}
