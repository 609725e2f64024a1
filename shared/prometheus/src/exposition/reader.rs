//! Cuts a source into lines, and holds one line at a time.

use super::{Parser, Problem, Settings};
use chiron_model::MetricSeries;
use std::io::{self, BufRead};

/// The samples of a source, each as a series with one sample, and the problems between them.
#[derive(Debug)]
pub struct Lines<R> {
    source: R,
    parser: Parser,
    limit: usize,
    line: Vec<u8>,
    is_over: bool,
}

/// What came next from a source.
enum Next {
    Line,
    TooLong,
    End,
}

/// Reads a source line by line, in the memory of one line.
pub fn read<R: BufRead>(source: R, settings: &Settings) -> Lines<R> {
    let parser = Parser::new(settings);
    Lines { source, parser, limit: settings.limits.line_bytes, line: Vec::new(), is_over: false }
}

impl<R: BufRead> Lines<R> {
    /// The parser, which knows how many lines and exemplars there were.
    pub fn parser(&self) -> &Parser {
        &self.parser
    }

    /// Fills `self.line` up to the next end of a line. Of a line that is too long, nothing is kept.
    fn advance(&mut self) -> io::Result<Next> {
        self.line.clear();
        let mut is_too_long = false;
        let mut is_empty = true;
        loop {
            let chunk = match self.source.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                return Ok(if is_empty { Next::End } else { kept(is_too_long) });
            }
            is_empty = false;
            let end = chunk.iter().position(|it| *it == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            // One byte more than the limit may be the `\r` of the line's end.
            is_too_long |= self.line.len() + part.len() > self.limit + 1;
            if !is_too_long {
                self.line.extend_from_slice(part);
            }
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.source.consume(used);
            if end.is_some() {
                return Ok(kept(is_too_long));
            }
        }
    }
}

fn kept(is_too_long: bool) -> Next {
    if is_too_long { Next::TooLong } else { Next::Line }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<MetricSeries, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            match self.advance() {
                Ok(Next::Line) => {
                    if let Some(found) = self.parser.line(&self.line).transpose() {
                        return Some(found);
                    }
                }
                Ok(Next::TooLong) => return Some(Err(self.parser.skip())),
                Ok(Next::End) => {
                    self.is_over = true;
                    return self.parser.finish().err().map(Err);
                }
                Err(source) => {
                    self.is_over = true;
                    return Some(Err(Problem::Broken { line: self.parser.lines() + 1, source }));
                }
            }
        }
        None
    }
}
