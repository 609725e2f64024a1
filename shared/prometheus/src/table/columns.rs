//! What each column of a table without headings above its names is for.

use super::{Error, Layout, cell::Cell, heading};
use crate::moment::{Notation, moment};
use csv::StringRecord;

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Times.
    Time,
    /// Names of metrics.
    Metric,
    /// Values of labels.
    Label,
    /// Values of series.
    Value,
    /// Nothing: a second time, or the number of the row.
    Unused,
}

/// What each column is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) layout: Layout,
    pub(super) time: usize,
    pub(super) roles: Vec<Role>,
}

/// Tells what each column is for by its name and by what stands in the first rows.
pub(super) fn columns(header: &StringRecord, rows: &[StringRecord]) -> Result<Columns, Error> {
    let names: Vec<String> = header.iter().map(heading::plain).collect();
    let all = || header.iter().take(20).collect::<Vec<_>>().join(", ");
    let time = time_column(&names, rows).ok_or_else(|| Error::NoTime(all()))?;
    let value = names.iter().position(|it| heading::is_value(it));
    let metric = names.iter().position(|it| heading::is_metric(it)).filter(|_| value.is_some());
    let mut roles: Vec<Role> =
        names.iter().enumerate().map(|(place, name)| role(place, name, rows)).collect();
    roles[time] = Role::Time;
    let texts_only = roles.iter().enumerate().all(|(place, it)| Some(place) == value || *it != Role::Value);
    let layout = match (value, metric) {
        (Some(_), Some(_)) => Layout::Long,
        (Some(_), None) if texts_only => Layout::Long,
        (_, _) => Layout::Wide,
    };
    if let (Layout::Long, Some(value)) = (layout, value) {
        make_long(&mut roles, value, metric);
    }
    if roles.contains(&Role::Value) {
        Ok(Columns { layout, time, roles })
    } else {
        Err(Error::NoValues(header.get(time).unwrap_or_default().to_owned()))
    }
}

/// In a long table all is a label that is not a time, the name or the value.
fn make_long(roles: &mut [Role], value: usize, metric: Option<usize>) {
    for (place, role) in roles.iter_mut().enumerate() {
        if place == value {
            *role = Role::Value;
        } else if Some(place) == metric {
            *role = Role::Metric;
        } else if *role == Role::Value {
            *role = Role::Label;
        }
    }
}

/// What a column of a wide table is for.
fn role(place: usize, name: &str, rows: &[StringRecord]) -> Role {
    if name.is_empty() || name.starts_with("unnamed") || heading::is_time(name) {
        Role::Unused
    } else if heading::is_label(name) || has_texts(place, rows) {
        Role::Label
    } else {
        Role::Value
    }
}

/// Whether the first cell with a value is no number.
fn has_texts(place: usize, rows: &[StringRecord]) -> bool {
    let cells = rows.iter().filter_map(|row| row.get(place)).map(Cell::of);
    cells.into_iter().find(|cell| *cell != Cell::Missing) == Some(Cell::Text)
}

/// The column whose times say the most of themselves; of equal ones, the first.
fn time_column(names: &[String], rows: &[StringRecord]) -> Option<usize> {
    let candidates = names.iter().enumerate().filter(|(_, name)| heading::is_time(name));
    let known = candidates.filter_map(|(place, _)| Some((notation(place, rows)?, place)));
    known.max_by_key(|(notation, place)| (*notation, std::cmp::Reverse(*place))).map(|(_, place)| place)
}

/// How the first time in a column is written; nothing when no row has a time there. A column without rows may have any.
fn notation(place: usize, rows: &[StringRecord]) -> Option<Notation> {
    if rows.is_empty() {
        return Some(Notation::Count);
    }
    rows.iter().filter_map(|row| row.get(place)).find_map(moment).map(|(_, notation)| notation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Label, Metric, Time, Unused, Value};

    fn of(lines: &[&str]) -> Columns {
        let record = |line: &&str| line.split(',').collect::<StringRecord>();
        let rows: Vec<_> = lines[1..].iter().map(record).collect();
        columns(&record(&lines[0]), &rows).unwrap()
    }

    #[test]
    fn times_and_values_alone_are_a_long_table() {
        let columns = of(&["timestamp,value", "2014-04-01 00:00:00,20.0"]);

        assert_eq!(columns, Columns { layout: Layout::Long, time: 0, roles: vec![Time, Value] });
    }

    #[test]
    fn in_a_long_table_numbers_are_labels_too() {
        let columns = of(&["Value,__name__,code,Time", "1,requests,500,1661140279"]);

        assert_eq!(columns.layout, Layout::Long);
        assert_eq!(columns.roles, [Value, Metric, Label, Time]);
    }

    #[test]
    fn in_a_wide_table_texts_are_labels() {
        let columns = of(&["timestamp,PodName,cpu,memory,id", "1661140279,,,,7", "1661140339,web-0,1,2,7"]);

        assert_eq!(columns.layout, Layout::Wide);
        assert_eq!(columns.roles, [Time, Label, Value, Value, Label]);
    }

    #[test]
    fn a_value_beside_other_numbers_is_a_series_of_its_own() {
        let columns = of(&["timestamp,value,anomaly_score", "2014-04-01 00:00:00,20.0,0.1"]);

        assert_eq!(columns.layout, Layout::Wide);
        assert_eq!(columns.roles, [Time, Value, Value]);
    }

    #[test]
    fn of_two_times_the_one_with_a_zone_is_used() {
        let row = "0,2022-08-22 03:51:19.6 +0000 UTC m=+0.11,1861140279,1";

        let columns = of(&[",Time,TimeStamp,cpu", row]);

        assert_eq!(columns.roles, [Unused, Time, Unused, Value]);
    }

    #[test]
    fn a_table_without_times_or_values_is_none() {
        let record = |line: &str| line.split(',').collect::<StringRecord>();

        assert!(matches!(columns(&record("a,b"), &[record("1,2")]), Err(Error::NoTime(_))));
        assert!(matches!(columns(&record("time,b"), &[record("soon,2")]), Err(Error::NoTime(_))));
        assert!(matches!(columns(&record("time,b"), &[record("1661140279,x")]), Err(Error::NoValues(_))));
    }
}
