//! What Events say, found by the object that they are about.

use crate::tally::Tally;
use chiron_model::{ObjectRef, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// Counted Events, by the uid of the Event.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tallies {
    by_uid: BTreeMap<String, Tally>,
    /// Uids of Events by kind and name of what they are about.
    by_object: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Tallies {
    /// The Event of that uid.
    pub(crate) fn get(&self, uid: &str) -> Option<&Tally> {
        self.by_uid.get(uid)
    }

    /// All Events.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Tally)> {
        self.by_uid.iter()
    }

    /// What is said about an object.
    pub(crate) fn about<'a>(&'a self, object: &ObjectRef) -> impl Iterator<Item = &'a Tally> {
        let (uid, namespace) = (object.uid.clone(), object.namespace.clone());
        let uids = self.by_object.get(&(object.kind.clone(), object.name.clone()));
        uids.into_iter()
            .flatten()
            .filter_map(|it| self.by_uid.get(it))
            .filter(move |it| it.is_in(&namespace) && it.is_of(&uid))
    }

    /// Takes the newest count of an Event.
    pub(crate) fn insert(&mut self, uid: String, tally: Tally) {
        let object = (tally.kind.clone(), tally.name.clone());
        self.by_object.entry(object).or_default().insert(uid.clone());
        self.by_uid.insert(uid, tally);
    }

    /// Forgets what was last said before `horizon`.
    pub(crate) fn forget_before(&mut self, horizon: Timestamp) {
        let old: Vec<String> =
            self.by_uid.iter().filter(|(_, it)| it.last <= horizon).map(|(uid, _)| uid.clone()).collect();
        for uid in old {
            let Some(tally) = self.by_uid.remove(&uid) else { continue };
            let object = (tally.kind, tally.name);
            if let Some(uids) = self.by_object.get_mut(&object) {
                uids.remove(&uid);
                if uids.is_empty() {
                    self.by_object.remove(&object);
                }
            }
        }
    }
}

/// What is saved are the counts; how they are found is worked out anew.
impl Serialize for Tallies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.by_uid.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Tallies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tallies = Self::default();
        for (uid, tally) in BTreeMap::<String, Tally>::deserialize(deserializer)? {
            tallies.insert(uid, tally);
        }
        Ok(tallies)
    }
}
