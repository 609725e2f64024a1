//! Takes lines, gives series.

use super::{
    Problem, Settings, Syntax,
    line::{Grammar, Line, Reading},
    problem::Mistake,
};
use crate::{Families, describe};
use chiron_model::MetricSeries;
use std::collections::BTreeMap;

/// Takes the lines of one document, one after another, and remembers the types and units that they name.
#[derive(Debug)]
pub struct Parser {
    syntax: Syntax,
    grammar: Grammar,
    labels: BTreeMap<String, String>,
    families: Families,
    line: u64,
    exemplars: u64,
    end: End,
}

/// Whether the document is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Reached,
    Overrun,
}

impl Parser {
    /// A parser for one document.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let Settings { syntax, scraped_at, labels, limits } = settings.clone();
        Self {
            syntax,
            grammar: Grammar { syntax, scraped_at, limits },
            labels,
            families: Families::default(),
            line: 0,
            exemplars: 0,
            end: End::Open,
        }
    }

    /// Takes the next line, without its end, and gives the series with the one sample that the line holds, if it does.
    ///
    /// # Errors
    /// When the line cannot be read. The next one can be taken nevertheless.
    pub fn line(&mut self, bytes: &[u8]) -> Result<Option<MetricSeries>, Problem> {
        self.line += 1;
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if self.end != End::Open {
            return self.after_end(bytes);
        }
        if bytes.len() > self.grammar.limits.line_bytes {
            return Err(self.too_long());
        }
        let text = str::from_utf8(bytes).map_err(|it| {
            let lossy = String::from_utf8_lossy(bytes);
            Mistake { at: it.valid_up_to(), expected: "UTF-8" }.within(self.line, &lossy)
        })?;
        let said = self.grammar.line(text).map_err(|it| it.within(self.line, text))?;
        Ok(self.learn(said))
    }

    /// Counts a line that is too long without having seen all of it.
    pub(super) fn skip(&mut self) -> Problem {
        self.line += 1;
        self.too_long()
    }

    /// Says whether the document ended where it may.
    ///
    /// # Errors
    /// When it is `OpenMetrics` without `# EOF`, so that a part may be missing.
    pub fn finish(&self) -> Result<(), Problem> {
        let is_cut = self.syntax == Syntax::OpenMetrics && self.end == End::Open;
        if is_cut { Err(Problem::NoEnd { line: self.line }) } else { Ok(()) }
    }

    /// Lines taken so far.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.line
    }

    /// Exemplars that were left out so far.
    #[must_use]
    pub fn exemplars(&self) -> u64 {
        self.exemplars
    }

    fn too_long(&self) -> Problem {
        Problem::TooLong { line: self.line, limit: self.grammar.limits.line_bytes }
    }

    /// Says once that there is something behind the end.
    fn after_end(&mut self, bytes: &[u8]) -> Result<Option<MetricSeries>, Problem> {
        if self.end == End::Reached && !bytes.is_empty() {
            self.end = End::Overrun;
            return Err(Problem::AfterEnd { line: self.line });
        }
        Ok(None)
    }

    fn learn(&mut self, said: Line<'_>) -> Option<MetricSeries> {
        match said {
            Line::Nothing => {}
            Line::End => self.end = End::Reached,
            Line::Type(name, ty) => {
                if let Some(family) = self.families.entry(&name) {
                    family.set_type(ty);
                }
            }
            Line::Unit(name, unit) => {
                if let Some(family) = self.families.entry(&name) {
                    family.set_unit(unit);
                }
            }
            Line::Sample(reading) => return Some(self.series(reading)),
        }
        None
    }

    fn series(&mut self, reading: Reading) -> MetricSeries {
        let Reading { name, mut labels, sample, has_exemplar } = reading;
        self.exemplars += u64::from(has_exemplar);
        for (name, value) in &self.labels {
            labels.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let family = self.families.of(&name);
        let series = describe(name, labels, family);
        MetricSeries { samples: vec![sample], ..series }
    }
}
