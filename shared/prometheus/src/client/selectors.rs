//! Finds the selectors of a `PromQL` expression, so that matchers can be added to them.
//!
//! It is no parser: it knows just enough of the grammar to tell the names of metrics from everything else.
//! Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/>

use std::ops::Range;

/// Words before a list of labels in parentheses.
const GROUPING: &[&str] = &["by", "without", "on", "ignoring", "group_left", "group_right"];
/// Words that stand alone. `start` and `end` come after `@`.
const KEYWORDS: &[&str] = &["and", "or", "unless", "atan2", "bool", "offset", "inf", "nan"];

/// A selector in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Selector {
    /// Where it is.
    range: Range<usize>,
    /// Where a matcher is to be put in.
    place: usize,
    /// What surrounds a matcher there.
    around: (&'static str, &'static str),
}

/// An expression, and where its selectors are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selectors<'a> {
    text: &'a str,
    found: Vec<Selector>,
}

impl<'a> Selectors<'a> {
    /// Finds the selectors.
    ///
    /// # Errors
    /// What is wrong with the expression: a quote or a parenthesis without its end, or no selector at all.
    pub(crate) fn of(text: &'a str) -> Result<Self, String> {
        let mut scanner = Scanner { text, at: 0 };
        let mut found = Vec::new();
        let mut open = Vec::new();
        while let Some(next) = scanner.peek() {
            match next {
                b'#' => scanner.take_while(|byte| byte != b'\n'),
                b'"' | b'\'' | b'`' => scanner.quoted()?,
                b'[' => scanner.until(b']')?,
                b'{' => found.push(scanner.braces(scanner.at)?),
                b'(' => {
                    open.push(scanner.at);
                    scanner.at += 1;
                }
                b')' => {
                    open.pop().ok_or("a ) without its (")?;
                    scanner.at += 1;
                }
                b'0'..=b'9' | b'.' => scanner.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.'),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' => found.extend(scanner.word()?),
                _ => scanner.at += 1,
            }
        }
        if !open.is_empty() {
            return Err("a ( without its )".to_owned());
        }
        Ok(Self { text, found })
    }

    /// The selectors as they are written.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.found.iter().map(|it| &self.text[it.range.clone()])
    }

    /// The expression with `matcher` in those selectors that `wanted` says yes to, by their number.
    pub(crate) fn with(&self, matcher: &str, wanted: impl Fn(usize) -> bool) -> String {
        let mut text = String::with_capacity(self.text.len() + matcher.len() * self.found.len());
        let mut copied = 0;
        for (_, it) in self.found.iter().enumerate().filter(|(number, _)| wanted(*number)) {
            text += &self.text[copied..it.place];
            text = text + it.around.0 + matcher + it.around.1;
            copied = it.place;
        }
        text + &self.text[copied..]
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take_while(&mut self, is_in: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_in) {
            self.at += 1;
        }
    }

    /// The next byte that is no space, left where it is.
    fn next_solid(&mut self) -> Option<u8> {
        self.take_while(|byte| byte.is_ascii_whitespace());
        self.peek()
    }

    fn until(&mut self, end: u8) -> Result<(), String> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| *byte == end);
        self.at += length.ok_or_else(|| format!("no {} after {}", char::from(end), self.shown()))? + 1;
        Ok(())
    }

    /// The text from here, for messages.
    fn shown(&self) -> String {
        format!("{:?}", self.text[self.at..].chars().take(20).collect::<String>())
    }

    fn quoted(&mut self) -> Result<(), String> {
        let bytes = self.text.as_bytes();
        let quote = bytes[self.at];
        let mut at = self.at + 1;
        while let Some(byte) = bytes.get(at) {
            match *byte {
                b'\\' if quote != b'`' => at += 2,
                byte if byte == quote => {
                    self.at = at + 1;
                    return Ok(());
                }
                _ => at += 1,
            }
        }
        Err(format!("a quote without its end at {}", self.shown()))
    }

    /// A list of matchers; the selector began at `start`, with the name of its metric perhaps.
    fn braces(&mut self, start: usize) -> Result<Selector, String> {
        let place = self.at + 1;
        self.at = place;
        let is_empty = self.next_solid() == Some(b'}');
        loop {
            match self.peek() {
                None => return Err("a { without its }".to_owned()),
                Some(b'}') => break,
                Some(b'"' | b'\'' | b'`') => self.quoted()?,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let after = if is_empty { "" } else { "," };
        Ok(Selector { range: start..self.at, place, around: ("", after) })
    }

    /// A word: only the name of a metric is a selector.
    fn word(&mut self) -> Result<Option<Selector>, String> {
        let start = self.at;
        self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':');
        let end = self.at;
        let word = self.text[start..end].to_ascii_lowercase();
        let next = self.next_solid();
        if GROUPING.contains(&word.as_str()) {
            if next == Some(b'(') {
                self.until(b')')?;
            }
            return Ok(None);
        }
        if KEYWORDS.contains(&word.as_str()) || next == Some(b'(') || self.is_before_grouping() {
            return Ok(None);
        }
        if next == Some(b'{') {
            return self.braces(start).map(Some);
        }
        Ok(Some(Selector { range: start..end, place: end, around: ("{", "}") }))
    }

    /// Whether `by (` or `without (` comes next, as after the name of an aggregation.
    fn is_before_grouping(&self) -> bool {
        let rest = &self.text[self.at..];
        let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
        matches!(word.to_ascii_lowercase().as_str(), "by" | "without")
            && rest[word.len()..].trim_start().starts_with('(')
    }
}

/// A matcher for any of these values.
pub(crate) fn matcher(label: &str, values: &[String]) -> String {
    let escaped = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
    match values {
        [only] => format!("{label}=\"{}\"", escaped(only)),
        several => {
            let any: Vec<String> = several.iter().map(|it| literal(it)).collect();
            format!("{label}=~\"{}\"", escaped(&any.join("|")))
        }
    }
}

/// A regular expression that matches only `text`.
fn literal(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prop_assert, prop_assert_eq, proptest};

    fn selectors(text: &str) -> Vec<String> {
        Selectors::of(text).unwrap().texts().map(str::to_owned).collect()
    }

    #[test]
    fn names_of_metrics_are_told_from_other_words() {
        for (query, expected) in [
            ("up", vec!["up"]),
            ("sum by (namespace, pod) (rate(a_total{x=\"}\"}[5m] offset 5m))", vec!["a_total{x=\"}\"}"]),
            ("sum(a) by (b) / on (c) group_left (d) max without(e) (f)", vec!["a", "f"]),
            ("a and b or c unless d", vec!["a", "b", "c", "d"]),
            ("histogram_quantile(0.99, {__name__=~\"a|b\"} @ end()) > bool 1e3", vec!["{__name__=~\"a|b\"}"]),
            ("max_over_time(rate(x :y{}[5m])[1h:1m]) * Inf # sum(z)", vec!["x", ":y{}"]),
            ("SUM BY (a) (b) + 0x1F - 5m", vec!["b"]),
            ("label_replace(a, \"b\", '$1', `c`, \"d(.*)\")", vec!["a"]),
            ("vector(1)", vec![]),
        ] {
            assert_eq!(selectors(query), expected, "{query}");
        }
    }

    #[test]
    fn a_matcher_is_put_into_each_selector() {
        let query = "sum by (n) (rate(a[5m])) / b{c=\"d\"} + {__name__=\"e\"} + f{ }";

        let written = Selectors::of(query).unwrap().with("n=\"x\"", |_| true);

        assert_eq!(
            written,
            "sum by (n) (rate(a{n=\"x\"}[5m])) / b{n=\"x\",c=\"d\"} + {n=\"x\",__name__=\"e\"} + f{n=\"x\" }"
        );
    }

    #[test]
    fn only_wanted_selectors_are_changed() {
        assert_eq!(Selectors::of("a / b").unwrap().with("n=\"x\"", |it| it == 1), "a / b{n=\"x\"}");
    }

    #[test]
    fn what_has_no_end_is_refused() {
        for query in ["a{", "a{b=\"c}", "rate(a[5m)", "sum(a", "a)"] {
            assert!(Selectors::of(query).is_err(), "{query}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[a-c(){}\\[\\]\"'`,=#\\\\ äby5.]{0,24}") {
            let Ok(found) = Selectors::of(&text) else { return Ok(()) };

            let written = found.with("n=\"x\"", |_| true);

            let again = Selectors::of(&written).unwrap();
            prop_assert_eq!(again.texts().count(), found.texts().count());
            prop_assert!(again.texts().all(|it| it.contains("n=\"x\"")), "{}", written);
        }
    }

    #[test]
    fn values_match_themselves_only() {
        let values = |values: &[&str]| values.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();

        assert_eq!(matcher("n", &values(&["a\"b\\c"])), r#"n="a\"b\\c""#);
        assert_eq!(matcher("n", &values(&["a.b", "c"])), r#"n=~"a\\.b|c""#);
    }
}
