//! The end of a log, without credentials and of a bounded length.

use crate::Redactor;

/// Lines that are kept.
const LINES: usize = 20;
/// Characters of a line that are kept.
const WIDTH: usize = 512;
/// Bytes of all lines together that are kept.
const BYTES: usize = 4 << 10;
/// Longer texts lose their beginning before they are looked at.
const LOOKED_AT: usize = 256 << 10;
/// How the last line of a private key ends.
const KEY_END: &str = "PRIVATE KEY-----";

/// The last lines of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// The lines, the last one last: 20 at most, of 512 characters each and 4 KiB together.
    pub lines: Vec<String>,
    /// Whether something of the text is missing.
    pub is_cut: bool,
}

impl Redactor {
    /// The last lines of a text, without credentials. Credentials are replaced before anything is cut, because half of
    /// one has no shape any more; what controls a terminal is left out before that, because it may stand inside of one.
    #[must_use]
    pub fn tail(&self, text: &str) -> Tail {
        let end = end_of(text);
        let plain = without_controls(end);
        let whole = without_key_end(&plain);
        let clean = self.text(whole);
        let mut lines: Vec<String> = Vec::new();
        let mut room = BYTES;
        let mut is_cut = end.len() < text.len() || whole.len() < plain.len();
        for line in clean.lines().rev() {
            let line = self.named("", line.trim_end());
            let short: String = line.chars().take(WIDTH).collect();
            if lines.len() == LINES || short.len() > room {
                is_cut = true;
                break;
            }
            is_cut |= short.len() < line.len();
            room -= short.len();
            lines.push(short);
        }
        lines.reverse();
        Tail { lines, is_cut }
    }
}

/// The last part of a text that is too long.
fn end_of(text: &str) -> &str {
    let from = (text.len().saturating_sub(LOOKED_AT)..=text.len()).find(|it| text.is_char_boundary(*it));
    let end = &text[from.unwrap_or(text.len())..];
    // What stands before the first break is a part of a line.
    if end.len() < text.len() { end.split_once('\n').map_or("", |(_, rest)| rest) } else { end }
}

/// The text without escape sequences and what else a terminal would obey.
fn without_controls(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => pass_over(&mut rest),
            '\t' => plain.push(' '),
            '\n' => plain.push('\n'),
            // Marks of direction and of joining show a text as what it is not.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain
}

/// Passes over an escape sequence, which ends with a letter, or at the end of its line.
fn pass_over(rest: &mut std::str::Chars<'_>) {
    // Source: ECMA-48: after `ESC [` come parameters from `0` to `?`, intermediates from space to `/`, and one final byte.
    if !rest.as_str().starts_with('[') {
        return;
    }
    rest.next();
    while let Some(c) = rest.as_str().chars().next().filter(|c| (' '..='~').contains(c)) {
        rest.next();
        if ('@'..='~').contains(&c) {
            return;
        }
    }
}

/// The text after a private key of which the beginning is missing.
fn without_key_end(text: &str) -> &str {
    let mut breaks =
        text.match_indices(KEY_END).filter(|(at, _)| line_before(text, *at).contains("-----END "));
    match breaks.next() {
        Some((at, mark)) if !text[..at].contains("-----BEGIN ") => &text[at + mark.len()..],
        Some(_) | None => text,
    }
}

/// The part of a line that stands before that place.
fn line_before(text: &str, at: usize) -> &str {
    text[..at].rsplit('\n').next().unwrap_or_default()
}
