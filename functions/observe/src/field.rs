//! Reading fields of what strangers send, with errors that name them.

use crate::Refusal;
use serde_json::Value;

/// The text in a field that must be there.
pub(crate) fn required<'a>(object: &'a Value, path: &[&str]) -> Result<&'a str, Refusal> {
    match look_up(object, path) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        found => Err(wrong(path, "a text", found)),
    }
}

/// The text in a field that may be missing.
pub(crate) fn optional<'a>(object: &'a Value, path: &[&str]) -> Result<&'a str, Refusal> {
    match look_up(object, path) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text),
        found => Err(wrong(path, "a text", found)),
    }
}

/// The number in a field that may be missing; never negative.
pub(crate) fn number(object: &Value, path: &[&str]) -> Result<Option<u64>, Refusal> {
    match look_up(object, path) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            value.as_u64().map(Some).ok_or_else(|| wrong(path, "a number that is not negative", Some(value)))
        }
    }
}

fn look_up<'a>(object: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(object, |value, key| value.get(key))
}

pub(crate) fn wrong(path: &[&str], expected: &'static str, found: Option<&Value>) -> Refusal {
    let found = match found {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "an empty text".to_owned(),
        Some(other) => {
            let text = other.to_string();
            text.chars().take(60).collect()
        }
    };
    Refusal::Field { field: format!("data.{}", path.join(".")), expected, found }
}
