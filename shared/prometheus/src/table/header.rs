//! Tables with several lines of headings, as data frames with nested columns are written.

use super::heading;
use crate::moment::moment;
use csv::StringRecord;

/// Most lines of headings.
const MOST: usize = 6;

/// The headings of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Headings {
    /// Name of the column of the times.
    pub(super) time: String,
    /// Lines of headings.
    pub(super) levels: usize,
    /// Lines before the first row of values.
    pub(super) lines: usize,
}

/// Finds several lines of headings: each begins with a name that is no time, and below them stands a line with the name of
/// the times alone, or a row of values.
pub(super) fn headings(first: &[StringRecord]) -> Option<Headings> {
    let begin = |record: &StringRecord| heading::plain(record.get(0).unwrap_or_default());
    if first.first()?.iter().any(|name| heading::is_time(&heading::plain(name))) {
        return None;
    }
    for (place, record) in first.iter().enumerate().take(MOST + 1) {
        let cell = record.get(0).unwrap_or_default();
        if heading::is_time(&begin(record)) && record.iter().skip(1).all(|it| it.trim().is_empty()) {
            let time = cell.to_owned();
            return (place > 1).then_some(Headings { time, levels: place, lines: place + 1 });
        }
        if moment(cell).is_some() {
            return (place > 1).then(|| Headings { time: String::new(), levels: place, lines: place });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(lines: &[&str]) -> Vec<StringRecord> {
        lines.iter().map(|line| line.split(',').collect()).collect()
    }

    #[test]
    fn finds_headings_above_the_name_of_the_times() {
        let found =
            headings(&records(&["service,a,a", "metric,cpu,memory", "unix_timestamp,,", "1681857120.0,1,2"]));

        assert_eq!(found, Some(Headings { time: "unix_timestamp".to_owned(), levels: 2, lines: 3 }));
    }

    #[test]
    fn finds_headings_above_the_first_time() {
        let found = headings(&records(&["service,a,a", "metric,cpu,memory", "1681857120.0,1,2"]));

        assert_eq!(found, Some(Headings { time: String::new(), levels: 2, lines: 2 }));
    }

    #[test]
    fn one_line_of_names_is_no_heading() {
        assert_eq!(headings(&records(&["timestamp,value", "1681857120,1"])), None);
        assert_eq!(headings(&records(&["service,a", "1681857120,1"])), None);
        assert_eq!(headings(&records(&["a,b", "c,d"])), None);
        assert_eq!(headings(&[]), None);
    }
}
