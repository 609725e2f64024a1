//! What in the present state may be at fault, and which of it was touched last.

use crate::{tracked::Tracked, verdict::Symptom, verdict::Verdict, view::time, world::World};
use chiron_model::{Change, FieldPath, Mechanism, ObjectRef, Timestamp};
use serde_json::Value;
use std::{cmp::Reverse, time::Duration};

/// Objects that are made together, or made anew, come one after the other within this time.
const TOGETHER: Duration = Duration::from_secs(10);
/// Objects that are edited together follow each other within this time.
const EDITED_TOGETHER: Duration = Duration::from_secs(2);

/// A field that may be at fault.
#[derive(Clone, Debug)]
pub(crate) struct Fault<'a> {
    /// How it leads to what is seen.
    pub mechanism: Mechanism,
    /// The object.
    pub object: &'a ObjectRef,
    /// The field; the root when the object is gone.
    pub field: FieldPath,
    /// Its value now.
    pub value: &'a Value,
}

/// The name of an object that a field gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub kind: &'a str,
    /// Empty for objects of the cluster.
    pub namespace: &'a str,
    pub name: &'a str,
}

impl<'a> Fault<'a> {
    /// The deletion of that object, when it was seen.
    pub(crate) fn deletion(world: &'a World, mechanism: Mechanism, wanted: Wanted<'_>) -> Option<Self> {
        let gone = deletion(world, wanted)?;
        Some(Self { mechanism, object: &gone.object, field: FieldPath::root(), value: &Value::Null })
    }

    fn last_changed(&self, world: &World) -> Option<Timestamp> {
        let reaches = |change: &&Change| {
            change.object.is_same_place(self.object)
                && (change.field.is_within(self.field.as_str())
                    || self.field.is_within(change.field.as_str()))
        };
        world.changes.iter().filter(reaches).map(|change| change.at).max()
    }
}

/// Blames the field that was changed last; the first one when none of them was.
pub(crate) fn blame_latest(world: &World, symptom: Symptom, faults: &[Fault<'_>]) -> Symptom {
    // Of equal ones the first is the least.
    let latest = faults.iter().min_by_key(|fault| Reverse(fault.last_changed(world)));
    match latest {
        Some(it) => symptom.blaming(it.mechanism, it.object, it.field.as_str(), it.value),
        None => symptom,
    }
}

/// Whether the object does not exist, as far as this world can know it.
///
/// A world of one namespace knows nothing of others, however well it knows the kind.
pub(crate) fn is_absent(world: &World, home: &str, wanted: Wanted<'_>) -> bool {
    let Wanted { kind, namespace, name } = wanted;
    let is_lost = world.complete.contains("Namespace")
        && !namespace.is_empty()
        && world.objects.named("Namespace", "", namespace).is_none();
    let is_seen = namespace == home || namespace.is_empty() || is_covered(world, namespace);
    !name.is_empty()
        && ((is_seen && world.is_missing(kind, namespace, name)) || (is_lost && namespace != home))
}

/// Whether objects of that namespace are in this world.
pub(crate) fn is_covered(world: &World, namespace: &str) -> bool {
    let kinds = ["Service", "Pod", "ConfigMap", "ServiceAccount", "Deployment"];
    kinds.iter().any(|kind| world.objects.in_namespace(kind, namespace).next().is_some())
}

/// The answer while what `holder` names may still be on its way: it was just made, or what it names just went.
pub(crate) fn still_coming(world: &World, holder: &Tracked, wanted: Wanted<'_>) -> Option<Verdict> {
    let gone = deletion(world, wanted).map(|change| change.at.plus(TOGETHER));
    settling(world, holder).max(gone).and_then(|due| world.waits_until(due))
}

/// The answer while the object may still be one of several that are being written.
pub(crate) fn still_written(world: &World, object: &Tracked) -> Option<Verdict> {
    settling(world, object).and_then(|due| world.waits_until(due))
}

fn settling(world: &World, object: &Tracked) -> Option<Timestamp> {
    let made = time(&object.body, &["metadata", "creationTimestamp"]).map(|at| at.plus(TOGETHER));
    let own = world.changes.iter().rev().find(|change| change.object.uid == object.reference.uid);
    made.max(own.map(|change| change.at.plus(EDITED_TOGETHER)))
}

fn deletion<'a>(world: &'a World, wanted: Wanted<'_>) -> Option<&'a Change> {
    world.changes.iter().rev().find(|change| {
        let object = &change.object;
        change.field.is_root()
            && change.to.is_null()
            && (object.kind.as_str(), object.namespace.as_str(), object.name.as_str())
                == (wanted.kind, wanted.namespace, wanted.name)
    })
}

/// The path of an item of a list, as changes of it are addressed: by name where all items have one of their own.
pub(crate) fn item_path(list: &FieldPath, items: &[Value], index: usize) -> FieldPath {
    let names: Option<Vec<String>> = items.iter().map(FieldPath::item_name).collect();
    let own = names.and_then(|mut names| {
        let own = names.get(index)?.clone();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        (names.len() == count).then_some(own)
    });
    list.item(&own.unwrap_or_else(|| index.to_string()))
}

/// Whether the object is of that API group, whatever the version.
pub(crate) fn is_of_group(object: &Tracked, group: &str) -> bool {
    object.reference.api_version.strip_prefix(group).is_some_and(|rest| rest.starts_with('/'))
}
