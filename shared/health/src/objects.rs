//! The objects that are known, found by uid, by name, by kind and by owner.

use crate::tracked::Tracked;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// Kind and namespace.
type Place = (String, String);

/// The newest known versions of objects, by uid.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Objects {
    all: BTreeMap<String, Tracked>,
    /// Uids by kind and namespace, then by name, in their order; nearly always one.
    places: BTreeMap<Place, BTreeMap<String, Vec<String>>>,
    /// Uids of what an owner owns.
    owned: BTreeMap<String, BTreeSet<String>>,
}

impl Objects {
    /// The object of that uid.
    pub(crate) fn get(&self, uid: &str) -> Option<&Tracked> {
        self.all.get(uid)
    }

    /// Whether an object of that uid is known.
    pub(crate) fn contains_key(&self, uid: &str) -> bool {
        self.all.contains_key(uid)
    }

    /// All objects, in the order of their uids.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Tracked> {
        self.all.values()
    }

    /// The object of that kind and name; the namespace is empty for objects of the cluster.
    pub(crate) fn named(&self, kind: &str, namespace: &str, name: &str) -> Option<&Tracked> {
        let names = self.places.get(&(kind.to_owned(), namespace.to_owned()))?;
        self.all.get(names.get(name)?.last()?)
    }

    /// All objects of a kind, in all namespaces.
    pub(crate) fn of_kind<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a Tracked> {
        let from = (kind.to_owned(), String::new());
        let kind = kind.to_owned();
        let places = self.places.range(from..).take_while(move |((it, _), _)| *it == kind);
        places.flat_map(|(_, names)| names.values().flatten()).filter_map(|uid| self.all.get(uid))
    }

    /// All objects of a kind in a namespace.
    pub(crate) fn in_namespace<'a>(
        &'a self,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &'a Tracked> {
        let names = self.places.get(&(kind.to_owned(), namespace.to_owned()));
        let uids = names.into_iter().flat_map(|names| names.values().flatten());
        uids.filter_map(|uid| self.all.get(uid))
    }

    /// All objects whose controller has that uid.
    pub(crate) fn owned_by<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Tracked> {
        let owned = self.owned.get(uid);
        owned.into_iter().flatten().filter_map(|uid| self.all.get(uid))
    }

    /// Puts a version in the place of the former one.
    pub(crate) fn insert(&mut self, object: Tracked) {
        let uid = object.reference.uid.clone();
        self.remove(&uid);
        self.note(&object);
        self.all.insert(uid, object);
    }

    /// Forgets an object.
    pub(crate) fn remove(&mut self, uid: &str) -> Option<Tracked> {
        let object = self.all.remove(uid)?;
        let place = place(&object);
        if let Some(names) = self.places.get_mut(&place) {
            if let Some(uids) = names.get_mut(&object.reference.name) {
                uids.retain(|it| it != uid);
            }
            names.retain(|_, uids| !uids.is_empty());
            if names.is_empty() {
                self.places.remove(&place);
            }
        }
        if let Some(owner) = object.owner().map(|it| it.uid.to_owned())
            && let Some(owned) = self.owned.get_mut(&owner)
        {
            owned.remove(uid);
            if owned.is_empty() {
                self.owned.remove(&owner);
            }
        }
        Some(object)
    }

    fn note(&mut self, object: &Tracked) {
        let uid = &object.reference.uid;
        let names = self.places.entry(place(object)).or_default();
        let uids = names.entry(object.reference.name.clone()).or_default();
        if let Err(place) = uids.binary_search(uid) {
            uids.insert(place, uid.clone());
        }
        if let Some(owner) = object.owner() {
            self.owned.entry(owner.uid.to_owned()).or_default().insert(uid.clone());
        }
    }
}

fn place(object: &Tracked) -> Place {
    (object.reference.kind.clone(), object.reference.namespace.clone())
}

/// What is saved are the objects; how they are found is worked out anew.
impl Serialize for Objects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = BTreeMap::<String, Tracked>::deserialize(deserializer)?;
        let mut objects = Self::default();
        for object in all.values() {
            objects.note(object);
        }
        objects.all = all;
        Ok(objects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::{Id, ObjectRef, Timestamp};
    use serde_json::json;

    fn pod(name: &str, uid: &str, owner: &str) -> Tracked {
        Tracked {
            reference: ObjectRef {
                kind: "Pod".to_owned(),
                namespace: "shop".to_owned(),
                name: name.to_owned(),
                uid: uid.to_owned(),
                ..ObjectRef::default()
            },
            version: 1,
            seen_at: Timestamp::from_secs(0),
            observation: Id::default(),
            writers: Vec::new(),
            body: json!({"metadata": {"ownerReferences": [{"controller": true, "uid": owner}]}}),
        }
    }

    #[test]
    fn what_is_removed_is_not_found_in_any_way() {
        let mut objects = Objects::default();
        objects.insert(pod("web", "1", "rs"));

        objects.remove("1");

        assert_eq!(objects, Objects::default());
    }

    #[test]
    fn saved_objects_are_found_again() {
        let mut objects = Objects::default();
        objects.insert(pod("web", "1", "rs"));
        objects.insert(pod("db", "2", "rs"));

        let saved = serde_json::to_string(&objects).unwrap();
        let restored: Objects = serde_json::from_str(&saved).unwrap();

        assert_eq!(restored, objects);
        assert_eq!(restored.owned_by("rs").count(), 2);
        assert_eq!(restored.named("Pod", "shop", "db").unwrap().reference.uid, "2");
        assert_eq!(restored.in_namespace("Pod", "other").count(), 0);
    }
}
