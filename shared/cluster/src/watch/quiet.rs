//! Heartbeats: objects that change all the time and say nothing new.

use super::{Change, known::Key};
use chiron_model::Timestamp;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

/// Changes of nothing but these fields are told at most once in a while; the newest of them is always told in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietRule {
    /// The kind as kubectl names it, such as `leases.coordination.k8s.io`.
    pub resource: String,
    /// Paths of the fields, such as `spec.renewTime`; `*` is any item of a list. `metadata.resourceVersion` and
    /// `metadata.managedFields` are among them always.
    pub fields: Vec<String>,
    /// Time between two changes that are told, of one object.
    pub every: Duration,
}

impl QuietRule {
    /// Leases that are renewed and conditions of nodes that are confirmed: once a minute.
    #[must_use]
    pub fn standard() -> Vec<Self> {
        let rule = |resource: &str, field: &str| Self {
            resource: resource.to_owned(),
            fields: vec![field.to_owned()],
            every: Duration::from_mins(1),
        };
        vec![
            rule("leases.coordination.k8s.io", "spec.renewTime"),
            rule("nodes", "status.conditions.*.lastHeartbeatTime"),
        ]
    }
}

/// Holds back the heartbeats of one kind. Holds one change an object at most, for as long as the rule says at most.
#[derive(Debug)]
pub(super) struct Quiet {
    paths: Vec<Vec<String>>,
    every: Duration,
    told: BTreeMap<Key, (u64, Timestamp)>,
    held: BTreeMap<Key, Change>,
}

impl Quiet {
    pub(super) fn of(rule: &QuietRule) -> Self {
        let always = ["metadata.resourceVersion", "metadata.managedFields"].map(str::to_owned);
        let paths = rule.fields.iter().chain(&always);
        Self {
            paths: paths.map(|path| path.split('.').map(str::to_owned).collect()).collect(),
            every: rule.every,
            told: BTreeMap::new(),
            held: BTreeMap::new(),
        }
    }

    /// Gives the change back if it is to be told now.
    pub(super) fn admit(&mut self, key: &Key, change: Change) -> Option<Change> {
        let meaning = meaning(&change.object, &self.paths);
        self.held.remove(key);
        if let Some((told, at)) = self.told.get(key)
            && *told == meaning
            && change.at < at.plus(self.every)
        {
            self.held.insert(Key::clone(key), change);
            return None;
        }
        self.told.insert(Key::clone(key), (meaning, change.at));
        Some(change)
    }

    /// An object is gone.
    pub(super) fn forget(&mut self, key: &Key) {
        self.held.remove(key);
        self.told.remove(key);
    }

    /// What was held back long enough, if it would be too late at `next`.
    pub(super) fn due(&mut self, next: Timestamp) -> Vec<(Key, Change)> {
        let (told, every) = (&mut self.told, self.every);
        let is_due = |key: &Key| told.get(key).is_none_or(|(_, at)| at.plus(every) <= next);
        let due: Vec<(Key, Change)> = self.held.extract_if(.., |key, _| is_due(key)).collect();
        for (key, change) in &due {
            if let Some(told) = told.get_mut(key) {
                told.1 = change.at;
            }
        }
        due
    }
}

/// A fingerprint of an object without some of its fields.
fn meaning(object: &Value, paths: &[Vec<String>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let paths: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
    hash(object, &paths, &mut hasher);
    hasher.finish()
}

fn hash(value: &Value, left_out: &[&[String]], hasher: &mut DefaultHasher) {
    let below = |name: &str| -> Vec<&[String]> {
        let inner = left_out.iter().filter(|path| path.first().is_some_and(|it| it == name || it == "*"));
        inner.map(|path| &path[1..]).collect()
    };
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let paths = below(name);
                if !paths.iter().any(|path| path.is_empty()) {
                    name.hash(hasher);
                    hash(field, &paths, hasher);
                }
            }
        }
        Value::Array(items) => {
            let paths = below("*");
            for item in items {
                hash(item, &paths, hasher);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.hash(hasher),
    }
    // The end of a list or an object, so that what follows does not run into it.
    0xFF_u8.hash(hasher);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, Resource};
    use chiron_model::Operation;
    use serde_json::json;
    use std::sync::Arc;

    fn lease(renewed: &str, holder: &str, at: i64) -> Change {
        let resource = Resource {
            group: "coordination.k8s.io".to_owned(),
            version: "v1".to_owned(),
            plural: "leases".to_owned(),
            kind: "Lease".to_owned(),
            namespaced: true,
            watchable: true,
            body: Body::Full,
        };
        Change {
            operation: Operation::Update,
            resource: Arc::new(resource),
            object: json!({
                "metadata": {"name": "a", "resourceVersion": renewed, "managedFields": [renewed]},
                "spec": {"renewTime": renewed, "holderIdentity": holder},
            }),
            at: Timestamp::from_secs(at),
            is_late: false,
        }
    }

    fn quiet() -> (Quiet, Key) {
        (Quiet::of(&QuietRule::standard()[0]), Key::from("n/a"))
    }

    #[test]
    fn a_renewal_is_told_once_a_minute_and_the_newest_in_the_end() {
        let (mut quiet, key) = quiet();

        assert!(quiet.admit(&key, lease("1", "x", 0)).is_some());
        assert!((1..6).all(|i| quiet.admit(&key, lease(&i.to_string(), "x", i * 10)).is_none()));
        assert!(quiet.due(Timestamp::from_secs(59)).is_empty());
        let due = quiet.due(Timestamp::from_secs(60));

        assert_eq!(due[0].1.object["spec"]["renewTime"], "5");
        assert!(quiet.due(Timestamp::from_secs(999)).is_empty());
        assert!(quiet.admit(&key, lease("6", "x", 61)).is_none(), "the minute begins anew");
    }

    #[test]
    fn another_holder_is_told_at_once_and_outdates_what_was_held() {
        let (mut quiet, key) = quiet();
        quiet.admit(&key, lease("1", "x", 0));
        quiet.admit(&key, lease("2", "x", 10));

        assert!(quiet.admit(&key, lease("3", "y", 11)).is_some());
        assert!(quiet.due(Timestamp::MAX).is_empty());
    }

    #[test]
    fn a_field_of_each_item_can_be_left_out() {
        let paths: Vec<Vec<String>> = vec![vec!["a".to_owned(), "*".to_owned(), "t".to_owned()]];
        let of = |t: u8, s: &str| meaning(&json!({"a": [{"t": t, "s": s}, "odd"]}), &paths);

        assert_eq!(of(1, "x"), of(2, "x"));
        assert_ne!(of(1, "x"), of(1, "y"));
    }
}
