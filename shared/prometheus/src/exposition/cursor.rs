//! Goes through one line: names, labels, quoted texts, words.

use super::problem::Mistake;
use std::{borrow::Cow, collections::BTreeMap};

/// A place in a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What is left of the line.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(crate) fn mistake(&self, expected: &'static str) -> Mistake {
        Mistake { at: self.at, expected }
    }

    pub(crate) fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Goes past `wanted`, if it stands here.
    pub(crate) fn take(&mut self, wanted: char) -> bool {
        let is_here = self.rest().starts_with(wanted);
        if is_here {
            self.at += wanted.len_utf8();
        }
        is_here
    }

    /// Goes past all characters that fit.
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|it| !fits(it)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A word, up to a blank or the end; empty at the end.
    pub(crate) fn word(&mut self) -> &'a str {
        self.take_while(|it| it != ' ' && it != '\t')
    }

    /// The name of a metric, plain or in quotes.
    pub(crate) fn metric_name(&mut self) -> Result<Cow<'a, str>, Mistake> {
        self.name(':', "the name of a metric")
    }

    /// The name of a label, plain or in quotes.
    fn label_name(&mut self) -> Result<Cow<'a, str>, Mistake> {
        self.name('_', "the name of a label")
    }

    fn name(&mut self, also: char, expected: &'static str) -> Result<Cow<'a, str>, Mistake> {
        if self.rest().starts_with('"') {
            let start = *self;
            let name = self.quoted()?;
            return if name.is_empty() { Err(start.mistake(expected)) } else { Ok(Cow::Owned(name)) };
        }
        let starts_well = |it: char| it.is_ascii_alphabetic() || it == '_' || it == also;
        if !self.rest().starts_with(starts_well) {
            return Err(self.mistake(expected));
        }
        Ok(Cow::Borrowed(self.take_while(|it| starts_well(it) || it.is_ascii_digit())))
    }

    /// A text in double quotes, with `\\`, `\"` and `\n` for what cannot stand there.
    fn quoted(&mut self) -> Result<String, Mistake> {
        if !self.take('"') {
            return Err(self.mistake("a text in double quotes"));
        }
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|it| it != '"' && it != '\\'));
            if self.take('"') {
                return Ok(text);
            }
            if !self.take('\\') {
                return Err(self.mistake("a closing double quote"));
            }
            text.push_str(self.escaped()?);
        }
    }

    /// What stands behind a backslash. Other characters than the three stand for themselves, with the backslash.
    fn escaped(&mut self) -> Result<&'static str, Mistake> {
        if self.is_done() {
            return Err(self.mistake("a character after the backslash"));
        }
        let known = [('\\', "\\"), ('"', "\""), ('n', "\n")];
        Ok(known.into_iter().find(|(sign, _)| self.take(*sign)).map_or("\\", |(_, meaning)| meaning))
    }

    /// `name{a="b"}` or `{"name",a="b"}`.
    pub(crate) fn series(&mut self, most: usize) -> Result<(String, BTreeMap<String, String>), Mistake> {
        let start = *self;
        let mut name =
            if self.rest().starts_with('{') { None } else { Some(self.metric_name()?.into_owned()) };
        self.skip_blanks();
        let labels = if self.take('{') { self.labels(most, &mut name)? } else { BTreeMap::new() };
        let name = name.ok_or_else(|| start.mistake("the name of a metric"))?;
        Ok((name, labels))
    }

    /// Labels up to the closing brace. The name of the metric may stand among them, in quotes.
    fn labels(
        &mut self,
        most: usize,
        metric: &mut Option<String>,
    ) -> Result<BTreeMap<String, String>, Mistake> {
        let mut labels = BTreeMap::new();
        loop {
            self.skip_blanks();
            if self.take('}') {
                return Ok(labels);
            }
            let start = *self;
            let name = self.label_name()?.into_owned();
            self.skip_blanks();
            if self.take('=') {
                self.skip_blanks();
                let value = self.quoted()?;
                if labels.insert(name, value).is_some() {
                    return Err(start.mistake("each label once"));
                }
            } else if metric.is_none() && start.rest().starts_with('"') {
                *metric = Some(name);
            } else {
                return Err(self.mistake("`=` and the value of the label"));
            }
            if labels.len() > most {
                return Err(start.mistake("fewer labels"));
            }
            self.skip_blanks();
            if !self.take(',') && !self.rest().starts_with('}') {
                return Err(self.mistake("`,` or `}` after a label"));
            }
        }
    }
}

/// Reads a series as Prometheus names it, such as `up{job="a"}`; nothing for any other text.
pub(crate) fn labelled(text: &str, most: usize) -> Option<(String, BTreeMap<String, String>)> {
    let mut cursor = Cursor::new(text.trim());
    let series = cursor.series(most).ok()?;
    cursor.is_done().then_some(series)
}
