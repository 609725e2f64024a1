//! Redacted values in labels: numbered in the order they appear, so that equal incidents give equal labels whatever the
//! key of the redaction was.

use serde_json::Value;

const START: &str = "[redacted:";

/// Replaces `[redacted:kind:hash]` by `<redacted-kind-1>`, the same hash by the same number.
pub(crate) fn number(value: &mut Value) {
    let mut seen: Vec<String> = Vec::new();
    walk(value, &mut seen);
}

/// The end of the mark that stands around `place` in a text, if one does.
pub(crate) fn end_of_mark(text: &str, place: usize) -> Option<usize> {
    let marks = text
        .match_indices(START)
        .filter_map(|(start, _)| Some((start, start + text[start..].find(']')? + 1)));
    marks.into_iter().find(|(start, end)| (*start..*end).contains(&place)).map(|(_, end)| end)
}

fn walk(value: &mut Value, seen: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(START) => *text = replace(text, seen),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, seen)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, seen)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn replace(text: &str, seen: &mut Vec<String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(START) {
        let Some(end) = rest[start..].find(']').map(|at| start + at) else { break };
        let mark = &rest[start..=end];
        let number = seen.iter().position(|known| known == mark).unwrap_or_else(|| {
            seen.push(mark.to_owned());
            seen.len() - 1
        });
        let kind = mark[START.len()..].split(':').next().unwrap_or("value");
        result.push_str(&rest[..start]);
        result.extend(["<redacted-", kind, "-", &(number + 1).to_string(), ">"]);
        rest = &rest[end + 1..];
    }
    result.push_str(rest);
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
