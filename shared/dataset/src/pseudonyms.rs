//! Redacted values in labels: numbered in the order they appear, so that equal incidents give equal labels whatever the
//! key of the redaction was.

use chiron_model::{Piece, pieces};
use serde_json::Value;

/// Replaces `[redacted:kind:hash]` by `<redacted-kind-1>`, the same hash by the same number.
pub(crate) fn number(value: &mut Value) {
    let mut seen: Vec<String> = Vec::new();
    walk(value, &mut seen);
}

/// The end of the mark that stands around `place` in a text, if one does.
pub(crate) fn end_of_mark(text: &str, place: usize) -> Option<usize> {
    let mut start = 0;
    for piece in pieces(text) {
        let (Piece::Plain(part) | Piece::Mark { text: part, .. }) = piece;
        let end = start + part.len();
        if (start..end).contains(&place) {
            return matches!(piece, Piece::Mark { .. }).then_some(end);
        }
        start = end;
    }
    None
}

fn walk(value: &mut Value, seen: &mut Vec<String>) {
    match value {
        Value::String(text) => *text = replace(text, seen),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, seen)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn replace(text: &str, seen: &mut Vec<String>) -> String {
    let mut result = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(text) => result.push_str(text),
            Piece::Mark { text: mark, kind } => {
                let number = seen.iter().position(|known| known == mark).unwrap_or_else(|| {
                    seen.push(mark.to_owned());
                    seen.len() - 1
                });
                result.extend(["<redacted-", kind, "-", &(number + 1).to_string(), ">"]);
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_marks_get_equal_numbers() {
        let mut value = json!(["a [redacted:url:11] b", "[redacted:jwt:22]", "[redacted:url:11]"]);

        number(&mut value);

        assert_eq!(value, json!(["a <redacted-url-1> b", "<redacted-jwt-2>", "<redacted-url-1>"]));
    }
}
