//! How to read the rows of a table.

use super::{
    Error, Layout, Settings,
    columns::{Role, columns},
    header::{Headings, headings},
    heading,
};
use csv::StringRecord;
use std::collections::BTreeMap;

/// A name of a metric and labels.
pub(super) type Name = (String, BTreeMap<String, String>);

/// How to read the rows of a table.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    /// The column of the times.
    pub(super) time: usize,
    /// Lines before the first row of values.
    pub(super) lines: usize,
    pub(super) names: Vec<String>,
    pub(super) roles: Vec<Role>,
    /// What several lines of headings say of each column; empty in other tables.
    above: Vec<Name>,
}

/// Finds out how to read a table by its first rows.
pub(super) fn plan(first: &[StringRecord], settings: &Settings) -> Result<Plan, Error> {
    let header = first.first().ok_or(Error::Empty)?;
    let limit = settings.limits.columns;
    if header.len() > limit {
        return Err(Error::TooManyColumns { limit, found: header.len() });
    }
    if let Some(found) = headings(first) {
        return Ok(headed(&found, &first[..found.levels]));
    }
    let columns = columns(header, &first[1..])?;
    let names = header.iter().map(|it| it.trim().to_owned()).collect();
    let (layout, time, roles) = (columns.layout, columns.time, columns.roles);
    Ok(Plan { layout, time, lines: 1, names, roles, above: Vec::new() })
}

fn headed(found: &Headings, levels: &[StringRecord]) -> Plan {
    let width = levels.iter().map(StringRecord::len).max().unwrap_or_default();
    let metric = levels
        .iter()
        .position(|level| heading::is_metric(&heading::plain(level.get(0).unwrap_or_default())))
        .unwrap_or(levels.len().saturating_sub(1));
    let above: Vec<Name> = (0..width).map(|column| name_above(levels, metric, column)).collect();
    let cells = |column| levels.iter().filter_map(move |level| level.get(column)).collect::<Vec<_>>();
    let mut names: Vec<String> = (0..width).map(|column| cells(column).join("/")).collect();
    let role = |(name, _): &Name| if name.is_empty() { Role::Unused } else { Role::Value };
    let mut roles: Vec<Role> = above.iter().map(role).collect();
    if let (Some(name), Some(role)) = (names.first_mut(), roles.first_mut()) {
        name.clone_from(&found.time);
        *role = Role::Time;
    }
    Plan { layout: Layout::Headed(levels.len()), time: 0, lines: found.lines, names, roles, above }
}

/// What stands above a column: the name of the metric in one line, labels in the others.
fn name_above(levels: &[StringRecord], metric: usize, column: usize) -> Name {
    let cell = |level: &StringRecord, column| level.get(column).unwrap_or_default().trim().to_owned();
    let name = levels.get(metric).map(|level| cell(level, column)).unwrap_or_default();
    let others = levels.iter().enumerate().filter(|(place, _)| *place != metric);
    let labels = others.map(|(_, level)| (cell(level, 0), cell(level, column)));
    (name, labels.filter(|(label, value)| !label.is_empty() && !value.is_empty()).collect())
}

impl Plan {
    /// What tells the series of a row from those of other rows: the cells with labels and the name of the metric.
    pub(super) fn key(&self, cells: &StringRecord) -> Vec<String> {
        let is_key = |role: &Role| matches!(role, Role::Label | Role::Metric);
        let places = self.roles.iter().enumerate().filter(|(_, role)| is_key(role));
        places.map(|(place, _)| cells.get(place).unwrap_or_default().trim().to_owned()).collect()
    }

    /// Name and labels of the series of a column in a row.
    pub(super) fn name(&self, column: usize, cells: &StringRecord, settings: &Settings) -> Name {
        if let Some(above) = self.above.get(column) {
            return above.clone();
        }
        let mut name = match self.layout {
            Layout::Long => settings.metric.clone(),
            Layout::Wide | Layout::Headed(_) => self.names.get(column).cloned().unwrap_or_default(),
        };
        let mut labels = BTreeMap::new();
        for (place, role) in self.roles.iter().enumerate() {
            let cell = cells.get(place).unwrap_or_default().trim();
            match role {
                Role::Metric => cell.clone_into(&mut name),
                Role::Label if !cell.is_empty() => {
                    labels.insert(self.names.get(place).cloned().unwrap_or_default(), cell.to_owned());
                }
                Role::Label | Role::Time | Role::Value | Role::Unused => {}
            }
        }
        (name, labels)
    }

    /// Name of a column, for people.
    pub(super) fn column(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }
}
