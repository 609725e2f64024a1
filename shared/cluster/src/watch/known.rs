//! What is known of the objects of one kind: their names, uids and versions, and no more.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// `namespace/name`; `/name` for objects of the cluster. Neither part can hold a slash.
pub(super) type Key = Arc<str>;

/// Which version of which object is known under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    /// Uid of the object.
    #[serde(rename = "u")]
    pub uid: Box<str>,
    /// Its resource version.
    #[serde(rename = "v")]
    pub version: u64,
}

/// How an object compares with what was known under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// Nothing was known.
    New,
    /// Another object had the name; it is gone.
    Replaced(Arc<Version>),
    /// Another version of it.
    Other,
    /// The same version, or from a watch an older one.
    Same,
}

/// What is known of the objects of one kind.
#[derive(Debug, Default)]
pub(super) struct Known {
    objects: BTreeMap<Key, (Arc<Version>, u32)>,
    round: u32,
}

impl Known {
    /// Starts from what was saved.
    pub(super) fn of(objects: &BTreeMap<Key, Arc<Version>>) -> Self {
        let objects =
            objects.iter().map(|(key, version)| (Arc::clone(key), (Arc::clone(version), 0))).collect();
        Self { objects, round: 0 }
    }

    /// Objects.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// A list begins.
    pub(super) fn begin(&mut self) {
        self.round = self.round.wrapping_add(1);
    }

    /// Takes an object of a list. Any other version counts, also an older one: a cluster may be restored from a backup.
    pub(super) fn list(&mut self, key: &Key, found: &Arc<Version>) -> Compared {
        let round = self.round;
        let compared = self.compare(key, found, |old, new| old != new);
        match self.objects.get_mut(key) {
            Some(entry) if compared == Compared::Same => entry.1 = round,
            _ => drop(self.objects.insert(Arc::clone(key), (Arc::clone(found), round))),
        }
        compared
    }

    /// The list was complete: forgets what was not in it, and gives it.
    pub(super) fn finish(&mut self) -> Vec<(Key, Arc<Version>)> {
        let round = self.round;
        self.objects.extract_if(.., |_, entry| entry.1 != round).map(|(key, entry)| (key, entry.0)).collect()
    }

    /// Takes a change that a watch told. A watch may repeat what is known.
    pub(super) fn watch(&mut self, key: &Key, found: &Arc<Version>) -> Compared {
        let compared = self.compare(key, found, |old, new| new > old);
        if compared != Compared::Same {
            self.objects.insert(Arc::clone(key), (Arc::clone(found), self.round));
        }
        compared
    }

    /// Forgets a deleted object and says so, unless its name has another object by now.
    pub(super) fn forget(&mut self, key: &Key, uid: &str) -> bool {
        let is_it = self.objects.get(key).is_some_and(|(version, _)| *version.uid == *uid);
        if is_it {
            self.objects.remove(key);
        }
        is_it
    }

    fn compare(&self, key: &Key, found: &Version, is_other: impl Fn(u64, u64) -> bool) -> Compared {
        match self.objects.get(key) {
            None => Compared::New,
            Some((old, _)) if old.uid != found.uid => Compared::Replaced(Arc::clone(old)),
            Some((old, _)) if is_other(old.version, found.version) => Compared::Other,
            Some(_) => Compared::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::from(format!("n/{name}"))
    }

    fn version(uid: &str, version: u64) -> Arc<Version> {
        Arc::new(Version { uid: uid.into(), version })
    }

    #[test]
    fn what_is_missing_from_a_list_is_gone() {
        let mut known = Known::default();
        known.watch(&key("a"), &version("1", 1));
        known.watch(&key("b"), &version("2", 2));

        known.begin();
        let compared = known.list(&key("b"), &version("2", 2));

        assert_eq!(compared, Compared::Same);
        assert_eq!(known.finish(), [(key("a"), version("1", 1))]);
        assert_eq!(known.len(), 1);
    }

    #[test]
    fn a_new_object_under_an_old_name_replaces_it() {
        let mut known = Known::default();
        known.watch(&key("a"), &version("1", 1));

        assert_eq!(known.list(&key("a"), &version("2", 5)), Compared::Replaced(version("1", 1)));

        assert!(!known.forget(&key("a"), "1"));
        assert_eq!(known.len(), 1, "a late deletion of the old object does not touch the new one");
    }

    #[test]
    fn a_list_may_go_back_and_a_watch_may_not() {
        let mut known = Known::default();
        known.watch(&key("a"), &version("1", 9));

        assert_eq!(known.watch(&key("a"), &version("1", 8)), Compared::Same);
        assert_eq!(known.list(&key("a"), &version("1", 8)), Compared::Other);
        assert_eq!(known.watch(&key("a"), &version("1", 9)), Compared::Other);
    }
}
