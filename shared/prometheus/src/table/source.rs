//! The rows of a file, whatever stands between its cells.

use super::{Error, Problem};
use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord};
use std::io::{self, BufRead, BufReader, Read};

/// What may stand between cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The rows of a file.
pub(super) struct Source<R: Read> {
    reader: Reader<BufReader<R>>,
}

/// One row and the line on which it begins.
pub(super) struct Row {
    pub(super) cells: StringRecord,
    pub(super) line: u64,
}

impl<R: Read> Source<R> {
    pub(super) fn open(source: R) -> Result<Self, Error> {
        let mut source = BufReader::new(source);
        let start = source.fill_buf().map_err(broken)?;
        let delimiter = delimiter(start);
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(source);
        Ok(Self { reader })
    }

    /// The next row, or why it cannot be read; nothing at the end.
    pub(super) fn row(&mut self) -> Result<Option<Result<Row, Problem>>, Error> {
        let mut cells = StringRecord::new();
        let is_there = match self.reader.read_record(&mut cells) {
            Ok(is_there) => is_there,
            Err(error) => return no_text(error).map(|problem| Some(Err(problem))),
        };
        let line = line(cells.position());
        Ok(is_there.then_some(Ok(Row { cells, line })))
    }
}

/// A row that is no text is left out; what else happens ends the table.
fn no_text(error: csv::Error) -> Result<Problem, Error> {
    if let ErrorKind::Utf8 { pos, .. } = error.kind() {
        return Ok(Problem::NoText { line: line(pos.as_ref()) });
    }
    Err(Error::Source(error))
}

fn line(position: Option<&Position>) -> u64 {
    position.map_or(0, Position::line)
}

fn broken(error: io::Error) -> Error {
    Error::Source(error.into())
}

/// What stands most often between the cells of the first line; a comma, if nothing does.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|it| *it == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.split(|it| *it == wanted).count();
    DELIMITERS.into_iter().rev().max_by_key(|it| count(*it)).unwrap_or(b',')
}
