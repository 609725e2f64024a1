//! How a redacted value is recognised.

use serde_json::Value;

const PREFIX: &str = "[redacted:";
/// Hex digits of a hash at most.
const LONGEST_HASH: usize = 12;

/// What stands in place of a credential: its kind and a keyed hash, so that two equal values look equal.
#[must_use]
pub fn marker(kind: &str, keyed_hash: &str) -> String {
    format!("{PREFIX}{kind}:{keyed_hash}]")
}

/// Whether a value is, or holds anywhere inside, a redacted credential.
#[must_use]
pub fn is_redacted(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(PREFIX),
        Value::Array(items) => items.iter().any(is_redacted),
        Value::Object(fields) => fields.values().any(is_redacted),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A part of a text: as it was written, or what stands for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text between marks.
    Plain(&'a str),
    /// A mark.
    Mark {
        /// The mark as it is written.
        text: &'a str,
        /// Kind of the credential.
        kind: &'a str,
    },
}

/// The marks of a text, and what stands between them, in their order. What only begins like a mark is plain text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut plain = 0;
    for (start, _) in text.match_indices(PREFIX) {
        let Some((mark, kind)) = mark_at(&text[start..]) else { continue };
        if plain < start {
            found.push(Piece::Plain(&text[plain..start]));
        }
        found.push(Piece::Mark { text: mark, kind });
        plain = start + mark.len();
    }
    if plain < text.len() {
        found.push(Piece::Plain(&text[plain..]));
    }
    found
}

/// The mark that a text begins with, and its kind.
fn mark_at(text: &str) -> Option<(&str, &str)> {
    let end = text.find(']')?;
    let (kind, hash) = text.get(PREFIX.len()..end)?.rsplit_once(':')?;
    let is_kind = !kind.is_empty()
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_hash =
        (1..=LONGEST_HASH).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_kind && is_hash).then(|| (&text[..=end], kind))
}

/// A text in which all redacted credentials of a kind look alike, whatever the key of their hashes was.
#[must_use]
pub fn without_hashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(text) => plain.push_str(text),
            Piece::Mark { kind, .. } => plain.extend([PREFIX, kind, "]"]),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_only_begins_like_a_mark_is_plain_text() {
        for text in
            ["[redacted:password=hunter2]", "[redacted:url:ab", "[redacted:url:hunter2]", "[redacted:"]
        {
            assert_eq!(pieces(text), [Piece::Plain(text)]);
        }
    }

    #[test]
    fn hashes_can_be_left_out() {
        let text = format!("a {} b {} c", marker("url", "11"), marker("jwt", "22"));

        assert_eq!(without_hashes(&text), "a [redacted:url] b [redacted:jwt] c");
    }

    #[test]
    fn finds_a_marker_inside_a_list() {
        assert!(is_redacted(&json!({"a": ["x", format!("tcp://{}@h", marker("url", "ab"))]})));
    }
}
