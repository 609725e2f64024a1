//! Values that are too long to be remembered with every change.

use crate::Digest;
use serde_json::Value;

/// Longer texts are replaced by their length and fingerprint.
const MAX_TEXT: usize = 8 * 1024;
const PREFIX: &str = "[shortened:";

/// The value with what is too long in it replaced; equal values stay equal, different ones different.
#[must_use]
pub fn shortened(value: &Value) -> Value {
    let mut copy = value.clone();
    shorten(&mut copy);
    copy
}

/// Replaces what is too long in a value, in place.
pub fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > MAX_TEXT => *text = marker(text),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn marker(text: &str) -> String {
    format!("{PREFIX}{}:{}]", text.len(), &Digest::of(text.as_bytes()).as_str()[..16])
}

/// Whether something in the value was replaced because it was too long.
#[must_use]
pub fn is_shortened(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(PREFIX),
        Value::Array(items) => items.iter().any(is_shortened),
        Value::Object(fields) => fields.values().any(is_shortened),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_texts_are_told_apart_without_being_kept() {
        let long = |letter: &str| json!({"data": {"big": letter.repeat(MAX_TEXT + 1), "small": "x"}});

        let (a, b) = (shortened(&long("a")), shortened(&long("b")));

        assert_ne!(a, b);
        assert!(is_shortened(&a));
        assert!(a.to_string().len() < 100);
        assert_eq!(a["data"]["small"], "x");
    }

    #[test]
    fn what_is_short_stays_as_it_is() {
        let value = json!({"a": [1, "b", null]});

        assert_eq!(shortened(&value), value);
        assert!(!is_shortened(&value));
    }
}
