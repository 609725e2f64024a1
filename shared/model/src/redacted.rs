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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_a_marker_inside_a_list() {
        assert!(is_redacted(&json!({"a": ["x", format!("tcp://{}@h", marker("url", "ab"))]})));
    }
}
