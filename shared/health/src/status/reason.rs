//! The object's own words for its state, in one line.

use serde_json::Value;

use crate::view;

/// The longest message that is quoted, in characters.
const LONGEST: usize = 300;

/// Words of a reason that say that it goes on.
const GOING_ON: &[&str] =
    &["pending", "progress", "wait", "started", "requested", "unknown", "queued", "scheduled", "retry"];

/// Words that end like something going on and are not.
const NOT_GOING_ON: &[&str] =
    &["missing", "existing", "failing", "binding", "string", "backing", "mapping", "nothing"];

/// Words of a reason that say that it went wrong.
const WRONG: &[&str] = &[
    "fail", "error", "invalid", "denied", "notfound", "rejected", "missing", "exceeded", "timeout",
    "timedout",
];

/// The status of a condition; hand-written ones may hold a switch instead of a word.
pub(super) fn status(condition: &Value) -> &str {
    match condition.get("status") {
        Some(Value::Bool(true)) => "True",
        Some(Value::Bool(false)) => "False",
        Some(Value::String(word)) => word,
        _ => "",
    }
}

/// What a condition says: its message, else its reason, else its type and status.
pub(super) fn sentence(condition: &Value) -> String {
    let [kind, reason, message] =
        ["type", "reason", "message"].map(|key| view::text(condition, &[key]).trim());
    match (message, reason) {
        ("", "") => format!("{kind} is {}", status(condition)),
        ("", reason) => format!("{kind} is {}: {reason}", status(condition)),
        (message, _) => line(message),
    }
}

/// The status's own message behind a sentence of ours.
pub(super) fn told(object: &Value, sentence: &str) -> String {
    let own = ["message", "statusMessage", "reason", "errorMessage"]
        .iter()
        .map(|key| view::text(object, &["status", key]).trim())
        .find(|text| !text.is_empty());
    own.map_or_else(|| sentence.to_owned(), |own| format!("{sentence}: {}", line(own)))
}

/// A text as one line of bounded length.
pub(super) fn line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &flat[..end]),
        None => flat,
    }
}

/// Whether a reason speaks of a failure.
pub(super) fn is_wrong(reason: &str) -> bool {
    let plain = reason.to_ascii_lowercase();
    WRONG.iter().any(|word| plain.contains(word))
}

/// Whether a reason speaks of work that goes on rather than of a failure.
pub(super) fn is_under_way(reason: &str) -> bool {
    let plain = reason.to_ascii_lowercase();
    if is_wrong(reason) {
        return false;
    }
    GOING_ON.iter().any(|word| plain.contains(word))
        || parts(reason)
            .any(|part| part.ends_with("ing") && part.len() > 4 && !NOT_GOING_ON.contains(&part.as_str()))
}

/// The words of a CamelCase reason, in lower case.
fn parts(reason: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for letter in reason.chars() {
        if letter.is_uppercase() || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase().filter(|letter| letter.is_alphanumeric()));
        }
    }
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn work_that_goes_on_is_told_from_failure() {
        assert!(is_under_way("Creating"));
        assert!(is_under_way("WaitingForDatabase"));
        assert!(is_under_way("RolloutInProgress"));
        assert!(!is_under_way("FailedCreating"));
        assert!(!is_under_way("SecretMissing"));
        assert!(!is_under_way("NoSuchHost"));
    }

    #[test]
    fn a_condition_without_message_is_named() {
        assert_eq!(sentence(&json!({"type": "Ready", "status": false})), "Ready is False");
        assert_eq!(
            sentence(&json!({"type": "Ready", "status": "False", "reason": "NoDisk"})),
            "Ready is False: NoDisk"
        );
    }

    #[test]
    fn a_long_message_is_cut_at_a_character() {
        assert_eq!(line(&"ü ".repeat(400)).chars().count(), LONGEST + 3);
    }
}
