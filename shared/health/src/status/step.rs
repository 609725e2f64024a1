//! The small language of the catalogue: steps that are tried in order, the first that applies decides.

use serde_json::Value;

use super::{
    general,
    health::{Health, ObjectHealth},
    reason,
};
use crate::view;

/// One look at an object. Paths are dotted (`status.phase`); alternatives are separated by `|`.
pub(super) enum Step {
    /// One of these conditions has this status.
    Is(&'static str, &'static str, Health),
    /// This condition has this status for one of these reasons.
    For(&'static str, &'static str, &'static str, Health),
    /// All of these conditions are `True`: healthy.
    All(&'static str),
    /// The text at this path is one of these, in any case.
    Word(&'static str, &'static str, Health),
    /// There is some other text at this path.
    OtherWord(&'static str, Health),
    /// The switch at this path is so.
    Flag(&'static str, bool, Health),
    /// There is nothing at this path.
    Missing(&'static str, Health),
    /// There is something at this path.
    Present(&'static str, Health),
    /// The first number is less than the second; a missing one counts as 0.
    Less(&'static str, &'static str, Health),
    /// The controller has not seen the newest spec: progressing.
    Stale,
    /// The kind may have something of its own to say.
    Ask(fn(&Value) -> Option<ObjectHealth>),
    /// The kind has its own way to be read.
    Judge(fn(&Value) -> ObjectHealth),
    /// The object is read like any custom resource.
    General,
    /// Nothing above applies.
    Else(Health, &'static str),
}

/// What the first step that applies says.
pub(super) fn first(steps: &[Step], object: &Value) -> Option<ObjectHealth> {
    steps.iter().find_map(|step| apply(step, object))
}

fn apply(step: &Step, object: &Value) -> Option<ObjectHealth> {
    match step {
        Step::Is(kinds, status, health) => {
            find(object, kinds, status).map(|condition| health.because(reason::sentence(condition)))
        }
        Step::For(kind, status, reasons, health) => find(object, kind, status)
            .filter(|condition| is_one_of(view::text(condition, &["reason"]), reasons))
            .map(|condition| health.because(reason::sentence(condition))),
        Step::All(kinds) => kinds
            .split('|')
            .map(|kind| find(object, kind, "True"))
            .try_fold(None, |_, condition| condition.map(Some))
            .flatten()
            .map(|condition| Health::Healthy.because(reason::sentence(condition))),
        Step::Word(path, words, health) => word(object, path)
            .filter(|word| is_one_of(word, words))
            .map(|word| named(object, path, word, *health)),
        Step::OtherWord(path, health) => word(object, path).map(|word| named(object, path, word, *health)),
        Step::Flag(path, wanted, health) => (follow(object, path).as_bool() == Some(*wanted))
            .then(|| health.because(reason::told(object, &format!("{path} is {wanted}")))),
        Step::Missing(path, health) => {
            is_nothing(follow(object, path)).then(|| health.because(format!("no {path} yet")))
        }
        Step::Present(path, health) => (!is_nothing(follow(object, path))).then(|| {
            health
                .because(follow(object, path).as_str().map_or_else(|| format!("{path} is set"), reason::line))
        }),
        Step::Less(small, large, health) => less(object, small, large, *health),
        Step::Stale => general::stale(object),
        Step::Ask(read) => read(object),
        Step::Judge(read) => Some(read(object)),
        Step::General => Some(general::read(object)),
        Step::Else(health, message) => Some(health.because(reason::told(object, message))),
    }
}

fn find<'a>(object: &'a Value, kinds: &str, status: &str) -> Option<&'a Value> {
    kinds
        .split('|')
        .filter_map(|kind| view::condition(object, kind))
        .find(|condition| is_one_of(reason::status(condition), status))
}

fn less(object: &Value, small: &str, large: &str, health: Health) -> Option<ObjectHealth> {
    let [have, want] = [small, large].map(|path| follow(object, path).as_i64().unwrap_or(0));
    (have < want).then(|| health.because(format!("{small} is {have}, {large} is {want}")))
}

fn named(object: &Value, path: &str, word: &str, health: Health) -> ObjectHealth {
    let name = path.strip_prefix("status.").unwrap_or(path);
    health.because(reason::told(object, &format!("{name} is {word}")))
}

fn word<'a>(object: &'a Value, path: &str) -> Option<&'a str> {
    follow(object, path).as_str().filter(|word| !word.is_empty())
}

fn is_one_of(word: &str, words: &str) -> bool {
    words.split('|').any(|known| known.eq_ignore_ascii_case(word))
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The value at a dotted path.
pub(super) fn follow<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(object, |value, key| value.get(key).unwrap_or(&Value::Null))
}
