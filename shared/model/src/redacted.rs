//! How a redacted value is recognised.

use serde_json::Value;

const PREFIX: &str = "[redacted:";

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

/// A text in which all redacted credentials of a kind look alike, whatever the key of their hashes was.
#[must_use]
pub fn without_hashes(text: &str) -> String {
    let mut parts = text.split(PREFIX);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mark, rest) = part.split_once(']').unwrap_or((part, ""));
        let kind = mark.split(':').next().unwrap_or_default();
        plain.extend([PREFIX, kind, "]", rest]);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
