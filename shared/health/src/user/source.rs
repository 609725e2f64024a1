//! A YAML text as a tree that knows where each of its parts stands.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};

/// Lists and mappings inside each other; a rule needs three.
const MAX_NESTING: usize = 16;

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
    /// Bytes before it.
    byte: usize,
}

impl Place {
    pub(super) const START: Self = Self { line: 1, column: 1, byte: 0 };
}

/// A part of a YAML text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub place: Place,
    pub content: Content,
}

/// What a part is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// Nothing: an empty value, `null` or `~`.
    Nothing,
    /// A text, a number or a boolean, as it is written.
    Text(Scalar),
    List(Vec<Node>),
    Mapping(Vec<(Node, Node)>),
    /// A reference to another part.
    Alias,
}

/// A value that is neither a list nor a mapping.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub text: String,
    style: ScalarStyle,
}

impl Node {
    /// What is there, for people.
    pub(super) fn what(&self) -> &'static str {
        match &self.content {
            Content::Nothing => "nothing",
            Content::Text(_) => "a text",
            Content::List(_) => "a list",
            Content::Mapping(_) => "a mapping",
            Content::Alias => "an alias",
        }
    }

    /// Where the character of that number, from 0, of a text stands in `source`; the begin of the text when escapes
    /// make that hard to tell.
    pub(super) fn place_of(&self, source: &str, number: usize) -> Place {
        match &self.content {
            Content::Text(scalar) => scalar.place_of(source, self.place, number).unwrap_or(self.place),
            Content::Nothing | Content::List(_) | Content::Mapping(_) | Content::Alias => self.place,
        }
    }
}

impl Scalar {
    /// Folding and indentation change white space only, so all other characters stand in the source in their order.
    fn place_of(&self, source: &str, begin: Place, number: usize) -> Option<Place> {
        let mut at = Cursor { rest: source.get(begin.byte..)?, place: begin };
        match self.style {
            ScalarStyle::Plain => {}
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => at.skip(),
            ScalarStyle::Literal | ScalarStyle::Folded => at.skip_header(),
        }
        let before = self.text.chars().take(number).filter(|it| !it.is_whitespace());
        for wanted in before {
            at.skip_space();
            if at.rest.chars().next()? != wanted {
                return None;
            }
            at.skip();
        }
        if self.text.chars().nth(number).is_some_and(|it| !it.is_whitespace()) {
            at.skip_space();
        }
        Some(at.place)
    }
}

/// A place in a text, and what comes after it.
struct Cursor<'a> {
    rest: &'a str,
    place: Place,
}

impl Cursor<'_> {
    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        let Some(next) = chars.next() else { return };
        self.rest = chars.as_str();
        self.place.byte += next.len_utf8();
        if next == '\n' {
            self.place.line += 1;
            self.place.column = 1;
        } else {
            self.place.column += 1;
        }
    }

    fn skip_space(&mut self) {
        while self.rest.starts_with(char::is_whitespace) {
            self.skip();
        }
    }

    /// The line of `|` or `>`, when the place is before it.
    fn skip_header(&mut self) {
        if self.rest.starts_with(['|', '>']) {
            while !self.rest.is_empty() && !self.rest.starts_with('\n') {
                self.skip();
            }
        }
    }
}

/// The documents of a YAML text, and where and why reading stopped when it did.
pub(super) fn documents(text: &str) -> (Vec<Node>, Option<(Place, String)>) {
    let options =
        granit_parser::options! { flow_nesting_limit: MAX_NESTING, block_nesting_limit: MAX_NESTING };
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options) };
    let mut documents = Vec::new();
    loop {
        match reader.document() {
            Ok(Some(node)) => documents.push(node),
            Ok(None) => return (documents, None),
            Err(stopped) => return (documents, Some(stopped)),
        }
    }
}

type Stopped = (Place, String);

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    /// The next document; none at the end.
    fn document(&mut self) -> Result<Option<Node>, Stopped> {
        loop {
            let Some((event, span)) = self.next()? else { return Ok(None) };
            if is_node(&event) {
                return self.node(event, span).map(Some);
            }
        }
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Stopped> {
        match self.events.next_event() {
            None => Ok(None),
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(error)) => Err((place(*error.marker()), error.kind().to_string())),
        }
    }

    /// The next node inside a list or mapping; none at its end.
    fn item(&mut self) -> Result<Option<Node>, Stopped> {
        loop {
            let Some((event, span)) = self.next()? else { return Ok(None) };
            if is_node(&event) {
                return self.node(event, span).map(Some);
            }
            if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
                return Ok(None);
            }
        }
    }

    /// The parser bounds how deep this goes.
    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Stopped> {
        let content = if let Event::Scalar(text, style, ..) = event {
            let is_nothing = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
            if is_nothing {
                Content::Nothing
            } else {
                Content::Text(Scalar { text: text.into_owned(), style })
            }
        } else if matches!(event, Event::SequenceStart(..)) {
            let mut items = Vec::new();
            while let Some(item) = self.item()? {
                items.push(item);
            }
            Content::List(items)
        } else if matches!(event, Event::MappingStart(..)) {
            let mut entries = Vec::new();
            while let Some(key) = self.item()? {
                let Some(value) = self.item()? else { break };
                entries.push((key, value));
            }
            Content::Mapping(entries)
        } else {
            Content::Alias
        };
        Ok(Node { place: place(span.start), content })
    }
}

fn is_node(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_))
}

fn place(marker: Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1, byte: marker.byte_offset().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and column of the first `X` of the first value of a mapping.
    fn found(source: &str) -> (usize, usize) {
        let (documents, stopped) = documents(source);
        assert_eq!(stopped, None);
        let Content::Mapping(entries) = &documents[0].content else { panic!("{documents:?}") };
        let Content::Text(scalar) = &entries[0].1.content else { panic!("{documents:?}") };
        let number = scalar.text.chars().take_while(|it| *it != 'X').count();
        let place = entries[0].1.place_of(source, number);
        (place.line, place.column)
    }

    #[test]
    fn place_inside_a_text_is_found_in_every_style() {
        assert_eq!(found("key: ab X"), (1, 9));
        assert_eq!(found("key: 'ab X'"), (1, 10));
        assert_eq!(found("key: \"äb X\""), (1, 10));
        assert_eq!(found("key: |\n  ab\n\n    X\n"), (4, 5));
        assert_eq!(found("key: >-\n\n  ab &&\n  X\n"), (4, 3));
        assert_eq!(found("key: ab &&\n  X\n"), (2, 3));
    }

    #[test]
    fn text_with_escapes_is_placed_at_its_begin() {
        assert_eq!(found("key: \"a\\tb\\\" X\""), (1, 6));
    }

    #[test]
    fn text_that_is_no_yaml_says_where() {
        let (documents, stopped) = documents("a: b\n---\n- [x\n");

        assert_eq!(documents.len(), 1);
        assert_eq!(stopped.unwrap().0.line, 3);
    }

    #[test]
    fn depth_is_bounded() {
        assert!(documents(&"[".repeat(100_000)).1.is_some());
        assert!(documents(&"- ".repeat(1_000)).1.is_some());
    }
}
