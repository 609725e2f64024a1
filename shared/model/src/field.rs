//! Paths of fields inside Kubernetes objects.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A field inside an object, such as `spec.template.spec.containers[web].image` or `data['style.css']`.
///
/// Items of a list that have a name are addressed by it, others by their index. The empty path is the whole object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldPath(String);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A key of an object.
    Key(String),
    /// An item of a list, by name or index.
    Item(String),
}

impl FieldPath {
    /// The whole object.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The path as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole object.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The field `key` of the object at this path.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let plain =
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        Self(match (plain, self.0.is_empty()) {
            (true, true) => key.to_owned(),
            (true, false) => format!("{}.{key}", self.0),
            (false, _) => format!("{}['{}']", self.0, key.replace('\'', "\\'")),
        })
    }

    /// The item of the list at this path that is named `name`, or has that index.
    #[must_use]
    pub fn item(&self, name: &str) -> Self {
        Self(format!("{}[{name}]", self.0))
    }

    /// Whether this path is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &str) -> bool {
        self.0.strip_prefix(other).is_some_and(|rest| {
            rest.is_empty() || other.is_empty() || rest.starts_with('.') || rest.starts_with('[')
        })
    }

    /// The last step: the key or the name of the item.
    #[must_use]
    pub fn last(&self) -> String {
        self.steps().pop().map_or_else(String::new, |step| match step {
            Step::Key(text) | Step::Item(text) => text,
        })
    }

    /// The value at this path in `object`, `None` when it is not there.
    #[must_use]
    pub fn get<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        self.steps().iter().try_fold(object, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Item(name) => item(value, name),
        })
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut rest = self.0.as_str();
        while !rest.is_empty() {
            let (step, tail) = next(rest);
            steps.push(step);
            rest = tail;
        }
        steps
    }
}

fn next(text: &str) -> (Step, &str) {
    let text = text.strip_prefix('.').unwrap_or(text);
    if let Some(quoted) = text.strip_prefix("['") {
        let end = closing_quote(quoted);
        let key = quoted[..end].replace("\\'", "'");
        return (Step::Key(key), quoted.get(end + 2..).unwrap_or(""));
    }
    if let Some(inner) = text.strip_prefix('[') {
        let end = inner.find(']').unwrap_or(inner.len());
        return (Step::Item(inner[..end].to_owned()), inner.get(end + 1..).unwrap_or(""));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    (Step::Key(text[..end].to_owned()), &text[end..])
}

fn closing_quote(text: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find("']") {
        if !text[..from + at].ends_with('\\') {
            return from + at;
        }
        from += at + 1;
    }
    text.len()
}

fn item<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    let items = list.as_array()?;
    items
        .iter()
        .find(|item| FieldPath::item_name(item).as_deref() == Some(name))
        .or_else(|| items.get(name.parse::<usize>().ok()?))
}

impl FieldPath {
    /// What names an item of a list: its name, or the one field that Kubernetes merges such lists by.
    #[must_use]
    pub fn item_name(item: &Value) -> Option<String> {
        ["name", "mountPath", "containerPort", "port", "key", "type", "ip"].iter().find_map(|key| match item
            .get(
            key,
        )? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for FieldPath {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_keys_with_dots() {
        assert_eq!(FieldPath::from("data").key("style.css").as_str(), "data['style.css']");
    }

    #[test]
    fn finds_a_named_item() {
        let object = json!({"spec": {"containers": [{"name": "a"}, {"name": "web", "image": "x:1"}]}});

        let found = FieldPath::from("spec.containers[web].image");

        assert_eq!(found.get(&object), Some(&json!("x:1")));
    }

    #[test]
    fn finds_a_quoted_key_and_what_is_below_it() {
        let object = json!({"data": {"it's.css": {"a": 1}}});

        let path = FieldPath::from("data").key("it's.css").key("a");

        assert_eq!(path.get(&object), Some(&json!(1)));
        assert_eq!(path.last(), "a");
    }

    #[test]
    fn a_longer_name_is_not_within_a_shorter_one() {
        assert!(!FieldPath::from("spec.replicasX").is_within("spec.replicas"));
        assert!(FieldPath::from("spec.a[b].c").is_within("spec.a"));
    }
}
