//! The condition behind what a controller says.

use crate::view::{list, text};
use serde_json::Value;

/// Longer words are no reasons.
const MAX_REASON: usize = 64;

/// The condition of an object whose words `message` repeats; that may be shortened.
pub(super) fn failing<'a>(object: &'a Value, message: &str) -> Option<&'a Value> {
    list(object, &["status", "conditions"]).iter().find(|condition| says(condition, message))
}

fn says(condition: &Value, message: &str) -> bool {
    let [kind, said] = ["type", "message"].map(|key| text(condition, &[key]));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if said.is_empty() {
        return !kind.is_empty() && message.starts_with(&format!("{kind} is "));
    }
    said == message || message.strip_suffix("...").is_some_and(|start| said.starts_with(start))
}

/// The reason of a condition, when it is a word as Kubernetes asks for.
pub(super) fn reason(condition: &Value) -> Option<&str> {
    let reason = text(condition, &["reason"]);
    let is_word = reason.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b','));
    (is_word && !reason.is_empty() && reason.len() <= MAX_REASON).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn condition_is_found_by_its_words() {
        let object = json!({"status": {"conditions": [
            {"type": "Stalled", "status": "True", "reason": "Quiet"},
            {"type": "Ready", "status": "False", "reason": "BuildFailed", "message": "no\n such   file"},
        ]}});
        let found = |message: &str| failing(&object, message).and_then(reason);

        assert_eq!(found("no such file"), Some("BuildFailed"));
        assert_eq!(found("no such..."), Some("BuildFailed"));
        assert_eq!(found("Stalled is True: Quiet"), Some("Quiet"));
        assert_eq!(found("phase is Failed"), None);
    }

    #[test]
    fn sentence_is_no_reason() {
        assert_eq!(reason(&json!({"reason": "it did not work"})), None);
        assert_eq!(reason(&json!({"reason": ""})), None);
        assert_eq!(reason(&json!({"reason": 7})), None);
    }
}
