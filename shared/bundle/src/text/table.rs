//! Tables with a header: columns are where the words of the header are.

/// The columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Name and first character of each column.
    columns: Vec<(String, usize)>,
}

/// The cells of one row by the names of their columns.
#[derive(Debug)]
pub(super) struct Row {
    cells: Vec<(String, String)>,
}

impl Header {
    /// The header of a table of `kubectl get` or `kubectl events`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let first = line.trim_start();
        if !["NAME", "LAST SEEN", "LASTSEEN", "FIRSTSEEN", "FIRST SEEN"]
            .iter()
            .any(|word| first.starts_with(word))
        {
            return None;
        }
        let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " -_()/:%.".contains(c);
        let header = Self::columns(line);
        let is_table = header.columns.len() > 1
            && header.columns.iter().all(|(name, _)| name.chars().all(is_capital))
            && (header.has("NAME") || header.has("REASON"));
        is_table.then_some(header)
    }

    /// The columns of a line, parted by two blanks or a tab.
    pub(super) fn columns(line: &str) -> Self {
        let mut columns: Vec<(String, usize)> = Vec::new();
        let mut blanks = 2;
        for (at, c) in line.chars().enumerate() {
            match c {
                ' ' => blanks += 1,
                '\t' => blanks += 2,
                _ => {
                    match columns.last_mut() {
                        Some((name, _)) if blanks < 2 => {
                            name.extend(std::iter::repeat_n(' ', blanks));
                            name.push(c);
                        }
                        Some(_) | None => columns.push((c.to_string(), at)),
                    }
                    blanks = 0;
                }
            }
        }
        Self { columns }
    }

    /// The parts of a line that two blanks or a tab part.
    pub(super) fn parts(line: &str) -> Vec<String> {
        Self::columns(line).columns.into_iter().map(|(part, _)| part).collect()
    }

    /// A table without a header, whose columns are known by their order.
    pub(super) fn named(names: &[&str], cells: &[&str]) -> Row {
        Row {
            cells: names
                .iter()
                .zip(cells)
                .map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned()))
                .collect(),
        }
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == column)
    }

    /// The cells of a line. Where the line does not keep to the columns, its parts are taken in their order.
    pub(super) fn row(&self, line: &str) -> Row {
        let chars: Vec<char> = line.chars().collect();
        let aligned = self
            .columns
            .iter()
            .all(|(_, start)| *start == 0 || chars.get(start - 1).is_none_or(|before| *before == ' '))
            && !line.contains('\t');
        let parts = Self::columns(line).columns;
        let mut cells = Vec::with_capacity(self.columns.len());
        for (index, (name, start)) in self.columns.iter().enumerate() {
            let end = self.columns.get(index + 1).map_or(chars.len(), |(_, next)| *next).min(chars.len());
            let cell = if aligned {
                chars.get(*start..end).unwrap_or_default().iter().collect::<String>().trim().to_owned()
            } else {
                parts.get(index).map(|(part, _)| part.clone()).unwrap_or_default()
            };
            cells.push((name.clone(), cell));
        }
        Row { cells }
    }
}

impl Row {
    pub(super) fn has(&self, column: &str) -> bool {
        self.cells.iter().any(|(name, _)| name == column)
    }

    /// The text of a cell, absent where the cell is empty or says so.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        let (_, cell) = self.cells.iter().find(|(name, _)| name == column)?;
        (!matches!(cell.as_str(), "" | "<none>" | "<unset>" | "<unknown>")).then_some(cell.as_str())
    }

    /// The number in a cell.
    pub(super) fn number(&self, column: &str) -> Option<i64> {
        self.get(column)?.split_whitespace().next()?.parse().ok()
    }

    /// The two numbers of a cell such as `1/3`.
    pub(super) fn pair(&self, column: &str) -> Option<(i64, i64)> {
        pair(self.get(column)?)
    }
}

/// The two numbers of a text such as `1/3`, each at least 0.
pub(super) fn pair(text: &str) -> Option<(i64, i64)> {
    let (left, right) = text.split_once('/')?;
    let (left, right): (u32, u32) = (left.parse().ok()?, right.parse().ok()?);
    Some((left.into(), right.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cell_does_not_move_the_others() {
        let header =
            Header::parse("NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS").unwrap();

        let row = header.row("data   Pending                                      slow");

        assert_eq!(row.get("STORAGECLASS"), Some("slow"));
        assert_eq!(row.get("VOLUME"), None);
    }

    #[test]
    fn a_line_that_left_its_columns_is_taken_by_its_parts() {
        let header = Header::parse("NAME   READY   STATUS").unwrap();

        let row = header.row("a-very-long-name  0/1  Pending");

        assert_eq!(row.get("STATUS"), Some("Pending"));
        assert_eq!(row.pair("READY"), Some((0, 1)));
    }

    #[test]
    fn prose_is_no_header() {
        assert!(Header::parse("NAMES of things  And more").is_none());
        assert!(Header::parse("NAME").is_none());
    }
}
