//! What was changed before anybody looked, as far as the objects themselves still tell.

use crate::{
    diff::diff,
    intent::{intent, is_intended, manifest},
    tracked::Tracked,
    view::{at, text, time},
    world::World,
};
use chiron_model::{Change, FieldPath, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// The annotation by which a Deployment counts its revisions.
const REVISION: &str = "deployment.kubernetes.io/revision";
/// Labels that controllers add to the templates of revisions.
const ADDED: &[&str] = &["pod-template-hash", "controller-revision-hash"];
/// Objects that were made together with a workload are no change of it.
const TOGETHER: Duration = Duration::from_secs(2);

/// A change that nobody saw.
pub(crate) struct PastChange {
    pub change: Change,
    /// Whether the former value is not known.
    pub unseen: bool,
}

impl World {
    /// Changes of the past that may reach `workload`: between its revisions, and those that field managers tell.
    ///
    /// A change that was seen is left out.
    pub(crate) fn past_of(&self, workload: &Tracked) -> Vec<PastChange> {
        let mut found = self.own_past(workload);
        let namespace = &workload.reference.namespace;
        let made = created(workload);
        let near = self.objects.values().filter(|it| {
            it.reference.uid != workload.reference.uid
                && (it.reference.namespace == *namespace || it.reference.namespace.is_empty())
        });
        for object in near.filter(|it| is_intended(&it.reference.kind, it.owner().is_some())) {
            found.extend(self.written_late(object));
            let is_later = created(object).zip(made).is_some_and(|(this, made)| this > made.plus(TOGETHER));
            if self.is_one_look && is_later {
                found.extend(made_whole(object));
            }
        }
        let is_seen = |past: &PastChange| {
            self.changes.iter().any(|it| {
                it.object.uid == past.change.object.uid
                    && (it.field == past.change.field || it.field.is_root() && past.change.field.is_root())
            })
        };
        found.retain(|it| !is_seen(it));
        found
    }

    /// Changes of the past of `workload` itself.
    pub(crate) fn own_past(&self, workload: &Tracked) -> Vec<PastChange> {
        let mut found = self.between_revisions(workload);
        if is_intended(&workload.reference.kind, workload.owner().is_some()) {
            found.extend(self.written_late(workload));
            if self.is_one_look {
                found.extend(made_whole(workload));
            }
        }
        found
    }

    /// What differs between the newest revision of a workload and the one before it.
    fn between_revisions(&self, workload: &Tracked) -> Vec<PastChange> {
        let owned = self.objects.owned_by(&workload.reference.uid);
        let mut revisions: Vec<(u64, &Tracked)> = owned.filter_map(|it| Some((number(it)?, it))).collect();
        revisions.sort_by_key(|(number, _)| *number);
        let [.., (_, former), (_, newest)] = revisions.as_slice() else { return Vec::new() };
        let Some(at) = created(newest) else { return Vec::new() };
        let root = FieldPath::from("spec.template");
        diff(&template(former), &template(newest))
            .into_iter()
            .map(|(field, from, to)| {
                let below = field.as_str();
                let step = if below.starts_with('[') { "" } else { "." };
                let field = FieldPath::from(format!("{root}{step}{below}").as_str());
                let by = writer_of(workload, &field).map(|(manager, _)| manager);
                let object = workload.reference.clone();
                let change = Change { object, field, from, to, at, by, observation: newest.observation };
                PastChange { change, unseen: false }
            })
            .collect()
    }

    /// Fields that somebody wrote after the object was made.
    fn written_late<'a>(&'a self, object: &'a Tracked) -> impl Iterator<Item = PastChange> + 'a {
        let has_revisions =
            self.objects.owned_by(&object.reference.uid).filter(|it| number(it).is_some()).nth(1).is_some();
        object.writers.iter().flat_map(move |writer| {
            let at = writer.at.unwrap_or(object.seen_at);
            // Revisions tell more of a template than its writers do.
            let paths =
                writer.paths.iter().filter(move |it| !(has_revisions && it.is_within("spec.template")));
            paths.map(move |field| PastChange {
                change: Change {
                    object: object.reference.clone(),
                    field: field.clone(),
                    from: Value::Null,
                    to: field.get(&object.body).cloned().unwrap_or(Value::Null),
                    at,
                    by: Some(writer.manager.clone()),
                    observation: object.observation,
                },
                unseen: true,
            })
        })
    }
}

/// The creation of an object that is there.
fn made_whole(object: &Tracked) -> Option<PastChange> {
    let change = Change {
        object: object.reference.clone(),
        field: FieldPath::root(),
        from: Value::Null,
        to: manifest(&object.body),
        at: created(object)?,
        by: object.writers.iter().find(|it| !it.status).map(|it| it.manager.clone()),
        observation: object.observation,
    };
    Some(PastChange { change, unseen: false })
}

fn created(object: &Tracked) -> Option<Timestamp> {
    time(&object.body, &["metadata", "creationTimestamp"])
}

/// The number of a revision; `None` for what is no revision.
fn number(object: &Tracked) -> Option<u64> {
    match object.reference.kind.as_str() {
        "ReplicaSet" => text(&object.body, &["metadata", "annotations", REVISION]).parse().ok(),
        "ControllerRevision" => at(&object.body, &["revision"]).as_u64(),
        _ => None,
    }
}

/// The template of a revision, without what controllers add to it.
fn template(revision: &Tracked) -> Value {
    let path: &[&str] = match revision.reference.kind.as_str() {
        "ControllerRevision" => &["data", "spec", "template"],
        _ => &["spec", "template"],
    };
    let mut template = at(&intent(&revision.body), path).clone();
    if let Some(template) = template.as_object_mut() {
        template.remove("$patch");
    }
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.retain(|key, _| !ADDED.contains(&key.as_str()));
    }
    template
}

/// Who wrote a field last, and when.
fn writer_of(object: &Tracked, field: &FieldPath) -> Option<(String, Timestamp)> {
    let owns = |paths: &[FieldPath]| {
        paths.iter().any(|it| it.is_within(field.as_str()) || field.is_within(it.as_str()))
    };
    let writers = object.writers.iter().filter(|it| !it.status && owns(&it.paths));
    writers.filter_map(|it| Some((it.manager.clone(), it.at?))).max_by_key(|(_, at)| *at)
}
