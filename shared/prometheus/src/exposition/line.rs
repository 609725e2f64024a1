//! What one line says.

use super::{Limits, Syntax, cursor::Cursor, problem::Mistake};
use crate::{FamilyType, moment};
use chiron_model::{Sample, Timestamp};
use std::collections::BTreeMap;

/// What one line says.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// Nothing that matters: a blank line, a help text, a comment.
    Nothing,
    /// The document is over.
    End,
    /// The type of a metric family.
    Type(String, FamilyType),
    /// The unit of a metric family.
    Unit(String, &'a str),
    /// One sample of a series.
    Sample(Reading),
}

/// One sample of a series.
#[derive(Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) sample: Sample,
    pub(super) has_exemplar: bool,
}

/// What the words of a line mean.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) syntax: Syntax,
    pub(super) scraped_at: Timestamp,
    pub(super) limits: Limits,
}

impl Grammar {
    pub(super) fn line<'a>(&self, text: &'a str) -> Result<Line<'a>, Mistake> {
        let mut cursor = Cursor::new(text);
        cursor.skip_blanks();
        if cursor.is_done() {
            Ok(Line::Nothing)
        } else if cursor.take('#') {
            self.comment(cursor)
        } else {
            self.reading(cursor).map(Line::Sample)
        }
    }

    /// What follows `#`: a comment, unless a known word comes first.
    fn comment<'a>(&self, mut cursor: Cursor<'a>) -> Result<Line<'a>, Mistake> {
        cursor.skip_blanks();
        let is_open_metrics = self.syntax == Syntax::OpenMetrics;
        match cursor.word() {
            "TYPE" => type_of(cursor),
            "UNIT" if is_open_metrics => unit_of(cursor),
            "EOF" if is_open_metrics && cursor.is_done() => Ok(Line::End),
            _ => Ok(Line::Nothing),
        }
    }

    fn reading(&self, mut cursor: Cursor<'_>) -> Result<Reading, Mistake> {
        let (name, labels) = cursor.series(self.limits.labels)?;
        cursor.skip_blanks();
        let value = value(&mut cursor)?;
        cursor.skip_blanks();
        let at = self.time(&mut cursor)?;
        cursor.skip_blanks();
        let has_exemplar = self.syntax == Syntax::OpenMetrics && cursor.rest().starts_with('#');
        if !cursor.is_done() && !has_exemplar {
            return Err(cursor.mistake("the end of the line"));
        }
        Ok(Reading { name, labels, sample: Sample { at, value }, has_exemplar })
    }

    fn time(&self, cursor: &mut Cursor<'_>) -> Result<Timestamp, Mistake> {
        let start = *cursor;
        let is_absent = start.is_done() || start.rest().starts_with('#');
        if is_absent {
            return Ok(self.scraped_at);
        }
        let word = cursor.word();
        match self.syntax {
            Syntax::Text => word
                .parse()
                .ok()
                .and_then(moment::millis)
                .ok_or_else(|| start.mistake("a time in whole milliseconds since 1970, before 2262")),
            Syntax::OpenMetrics => moment::seconds(word)
                .ok_or_else(|| start.mistake("a time in seconds since 1970, before 2262")),
        }
    }
}

/// Reads a number as Go does, besides hexadecimal ones.
fn value(cursor: &mut Cursor<'_>) -> Result<f64, Mistake> {
    let start = *cursor;
    cursor.word().parse().map_err(|_| start.mistake("a number, `NaN`, `+Inf` or `-Inf`"))
}

fn type_of(mut cursor: Cursor<'_>) -> Result<Line<'_>, Mistake> {
    let name = family(&mut cursor)?;
    let start = cursor;
    let word = cursor.rest().trim_end();
    let ty = word.parse().map_err(|()| {
        start
            .mistake("counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown or untyped")
    })?;
    Ok(Line::Type(name, ty))
}

fn unit_of(mut cursor: Cursor<'_>) -> Result<Line<'_>, Mistake> {
    let name = family(&mut cursor)?;
    Ok(Line::Unit(name, cursor.word()))
}

fn family(cursor: &mut Cursor<'_>) -> Result<String, Mistake> {
    cursor.skip_blanks();
    let name = cursor.metric_name()?.into_owned();
    cursor.skip_blanks();
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(syntax: Syntax, text: &str) -> Result<Line<'_>, Mistake> {
        let scraped_at = Timestamp::from_secs(100);
        Grammar { syntax, scraped_at, limits: Limits { labels: 2, ..Limits::default() } }.line(text)
    }

    fn sample(syntax: Syntax, text: &str) -> Reading {
        match read(syntax, text) {
            Ok(Line::Sample(reading)) => reading,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn reads_a_series_with_its_time_in_milliseconds() {
        let reading = sample(Syntax::Text, r#"up { a = "b" , c="d\"\\\n\x", } -1.5e3  1500 "#);

        assert_eq!(reading.name, "up");
        assert_eq!(reading.labels["a"], "b");
        assert_eq!(reading.labels["c"], "d\"\\\n\\x");
        assert_eq!(reading.sample, Sample { at: Timestamp::from_nanos(1_500_000_000), value: -1500.0 });
    }

    #[test]
    fn reads_the_time_of_openmetrics_in_seconds_and_skips_the_exemplar() {
        let reading = sample(Syntax::OpenMetrics, r#"a_bucket{le="1"} 5 1.5 # {trace_id="x"} 0.6 1.2"#);

        assert_eq!(reading.sample.at, Timestamp::from_nanos(1_500_000_000));
        assert!(reading.has_exemplar);
        assert!(sample(Syntax::OpenMetrics, "a 5 # {} 1").has_exemplar);
    }

    #[test]
    fn a_sample_without_a_time_has_that_of_the_scrape() {
        assert_eq!(sample(Syntax::Text, "up 1").sample.at, Timestamp::from_secs(100));
    }

    #[test]
    fn reads_what_is_no_number_or_not_finite() {
        assert!(sample(Syntax::Text, "a NaN").sample.value.is_nan());
        for (word, value) in [("+Inf", f64::INFINITY), ("Inf", f64::INFINITY), ("-Inf", f64::NEG_INFINITY)] {
            assert_eq!(sample(Syntax::Text, &format!("a {word}")).sample.value.to_bits(), value.to_bits());
        }
    }

    #[test]
    fn reads_names_in_quotes() {
        let reading = sample(Syntax::Text, r#"{"http.requests","http.method"="GET"} 3"#);

        assert_eq!(reading.name, "http.requests");
        assert_eq!(reading.labels["http.method"], "GET");
    }

    #[test]
    fn reads_types_and_units() {
        assert_eq!(
            read(Syntax::Text, "# TYPE a counter"),
            Ok(Line::Type("a".to_owned(), FamilyType::Counter))
        );
        assert_eq!(
            read(Syntax::Text, "#TYPE a untyped "),
            Ok(Line::Type("a".to_owned(), FamilyType::Unknown))
        );
        assert_eq!(read(Syntax::OpenMetrics, "# UNIT a bytes"), Ok(Line::Unit("a".to_owned(), "bytes")));
        assert_eq!(read(Syntax::OpenMetrics, "# EOF"), Ok(Line::End));
        assert_eq!(read(Syntax::Text, "# EOF"), Ok(Line::Nothing));
        assert_eq!(read(Syntax::Text, "# HELP a {b"), Ok(Line::Nothing));
    }

    #[test]
    fn says_where_it_expected_what() {
        for (text, at, expected) in [
            ("1up 1", 0, "the name of a metric"),
            ("up", 2, "a number, `NaN`, `+Inf` or `-Inf`"),
            ("up one", 3, "a number, `NaN`, `+Inf` or `-Inf`"),
            ("up 1 1.5", 5, "a time in whole milliseconds since 1970, before 2262"),
            ("up 1 99999999999999999", 5, "a time in whole milliseconds since 1970, before 2262"),
            ("up 1 1 1", 7, "the end of the line"),
            ("up{a=b} 1", 5, "a text in double quotes"),
            ("up{a=\"b} 1", 10, "a closing double quote"),
            ("up{a=\"\\", 7, "a character after the backslash"),
            ("up{a} 1", 4, "`=` and the value of the label"),
            ("up{a=\"1\" b=\"2\"} 1", 9, "`,` or `}` after a label"),
            ("up{a=\"1\",a=\"2\"} 1", 9, "each label once"),
            ("up{a=\"1\",b=\"2\",c=\"3\"} 1", 15, "fewer labels"),
            ("{a=\"b\"} 1", 0, "the name of a metric"),
            ("{\"\"} 1", 1, "the name of a label"),
            ("up{", 3, "the name of a label"),
        ] {
            assert_eq!(read(Syntax::Text, text), Err(Mistake { at, expected }), "{text}");
        }
        assert!(read(Syntax::Text, "# TYPE a b").is_err());
        assert!(read(Syntax::Text, "# TYPE").is_err());
    }
}
