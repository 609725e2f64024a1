//! Label selectors of the API.

use super::miss::LabelMiss;
use crate::view::{at, list, text};
use serde_json::{Map, Value};

/// The label that the API server puts on every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The labels of an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Labels<'a> {
    stated: Option<&'a Map<String, Value>>,
    namespace: Option<&'a str>,
}

impl<'a> Labels<'a> {
    pub(super) fn of(object: &'a Value) -> Self {
        Self { stated: at(object, &["metadata", "labels"]).as_object(), namespace: None }
    }

    /// Those of the namespace of that name; `object` may be missing, or too old to have the label with its name.
    pub(super) fn of_namespace(name: &'a str, object: Option<&'a Value>) -> Self {
        Self { namespace: Some(name), ..object.map(Self::of).unwrap_or_default() }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let stated = self.stated.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        stated.or(self.namespace.filter(|_| key == NAMESPACE_NAME))
    }
}

/// What a label has to be.
#[derive(Clone, Debug)]
enum Test<'a> {
    In(Vec<&'a str>),
    NotIn(Vec<&'a str>),
    Exists,
    DoesNotExist,
    /// The API server would refuse it.
    Unreadable,
}

#[derive(Clone, Debug)]
struct Requirement<'a> {
    key: &'a str,
    test: Test<'a>,
}

impl<'a> Requirement<'a> {
    fn equal((key, value): (&'a String, &'a Value)) -> Self {
        Self { key, test: value.as_str().map_or(Test::Unreadable, |value| Test::In(vec![value])) }
    }

    fn expression(value: &'a Value) -> Self {
        let values: Option<Vec<&str>> = list(value, &["values"]).iter().map(Value::as_str).collect();
        let test = match (text(value, &["operator"]), values) {
            ("In", Some(values)) if !values.is_empty() => Test::In(values),
            ("NotIn", Some(values)) if !values.is_empty() => Test::NotIn(values),
            ("Exists", Some(values)) if values.is_empty() => Test::Exists,
            ("DoesNotExist", Some(values)) if values.is_empty() => Test::DoesNotExist,
            _ => Test::Unreadable,
        };
        Self { key: text(value, &["key"]), test }
    }

    fn holds(&self, labels: &Labels<'_>) -> bool {
        let found = labels.get(self.key);
        match &self.test {
            Test::In(values) => found.is_some_and(|found| values.contains(&found)),
            Test::NotIn(values) => found.is_none_or(|found| !values.contains(&found)),
            Test::Exists => found.is_some(),
            Test::DoesNotExist => found.is_none(),
            Test::Unreadable => false,
        }
    }

    fn wanted(&self) -> String {
        let key = self.key;
        match &self.test {
            Test::In(values) if values.len() == 1 => format!("{key}={}", values.concat()),
            Test::In(values) => format!("{key} in ({})", values.join(", ")),
            Test::NotIn(values) => format!("{key} not in ({})", values.join(", ")),
            Test::Exists => format!("{key} with any value"),
            Test::DoesNotExist => format!("no {key}"),
            Test::Unreadable => format!("{key} by an expression that is not valid"),
        }
    }
}

/// A label selector; without requirements it selects everything.
#[derive(Clone, Debug)]
pub(super) struct Selector<'a>(Vec<Requirement<'a>>);

impl<'a> Selector<'a> {
    /// The selector that `value` writes; `null` is the empty one.
    pub(super) fn of(value: &'a Value) -> Self {
        let equal = at(value, &["matchLabels"]).as_object().into_iter().flatten().map(Requirement::equal);
        let expressions = list(value, &["matchExpressions"]).iter().map(Requirement::expression);
        Self(equal.chain(expressions).collect())
    }

    /// The selector in that field; nothing when the field is missing or `null`, which is not the empty selector.
    pub(super) fn within(object: &'a Value, field: &str) -> Option<Self> {
        object.get(field).filter(|value| !value.is_null()).map(Self::of)
    }

    pub(super) fn selects(&self, labels: &Labels<'_>) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels))
    }

    /// The requirements that the labels do not meet.
    pub(super) fn misses(&self, labels: &Labels<'_>) -> Vec<LabelMiss> {
        let missed = self.0.iter().filter(|requirement| !requirement.holds(labels));
        missed
            .map(|requirement| LabelMiss {
                key: requirement.key.to_owned(),
                wanted: requirement.wanted(),
                found: labels.get(requirement.key).map(str::to_owned),
            })
            .collect()
    }
}
