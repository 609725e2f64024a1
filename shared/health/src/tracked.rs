//! What is remembered of one object.

use crate::{
    intent::{intent, is_intended, manifest},
    view::{at, list, text, time},
    writers::{author, moment},
};
use chiron_model::{Change, FieldPath, Id, ObjectRef, Observation, Timestamp, Writer, shorten};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// An object that was created this long before it was first seen has a past that is not known.
const FRESH: Duration = Duration::from_secs(10);

/// The newest known version of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tracked {
    /// Its name.
    pub reference: ObjectRef,
    /// Its version.
    pub version: u64,
    /// When this version was seen.
    pub seen_at: Timestamp,
    /// The observation that showed it.
    pub observation: Id,
    /// Who wrote it.
    pub writers: Vec<Writer>,
    /// The object.
    pub body: Value,
}

/// The controller that owns an object.
pub(crate) struct Owner<'a> {
    /// Its group and version.
    pub api_version: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its uid.
    pub uid: &'a str,
}

impl Tracked {
    pub(crate) fn new(mut observation: Observation) -> Self {
        shorten(&mut observation.body);
        Self {
            reference: observation.object,
            version: observation.version,
            seen_at: observation.at,
            observation: observation.id,
            writers: observation.writers,
            body: observation.body,
        }
    }

    /// A time that a kubelet wrote into it, whose clock may be some minutes wrong: what it tells happened after the
    /// object was made and before it was seen.
    pub(crate) fn happened(&self, at: Timestamp) -> Timestamp {
        let made = time(&self.body, &["metadata", "creationTimestamp"]);
        at.min(self.seen_at).max(made.unwrap_or(Timestamp::MIN))
    }

    /// The controller that owns it.
    pub(crate) fn owner(&self) -> Option<Owner<'_>> {
        let owners = list(&self.body, &["metadata", "ownerReferences"]);
        let owner = owners.iter().find(|owner| at(owner, &["controller"]) == &Value::Bool(true))?;
        Some(Owner {
            api_version: text(owner, &["apiVersion"]),
            kind: text(owner, &["kind"]),
            name: text(owner, &["name"]),
            uid: text(owner, &["uid"]),
        })
    }

    fn is_intended(&self) -> bool {
        is_intended(&self.reference.kind, self.owner().is_some())
    }

    /// What somebody changed between this version and the next one.
    pub(crate) fn changes_to(&self, next: &Self) -> Vec<Change> {
        if !self.is_intended() {
            return Vec::new();
        }
        let author = author(&self.writers, &next.writers);
        let moment = moment(next.seen_at, author.as_ref());
        crate::diff::diff(&intent(&self.body), &intent(&next.body))
            .into_iter()
            // The API server writes it beside `serviceAccountName`, for old clients.
            .filter(|(field, ..)| field.last() != "serviceAccount")
            .map(|(field, from, to)| Change {
                object: next.reference.clone(),
                field,
                from,
                to,
                at: moment,
                by: author.as_ref().map(|writer| writer.manager.clone()),
                observation: next.observation,
            })
            .collect()
    }

    /// The change by which this object appeared, when it is new and not merely seen for the first time.
    pub(crate) fn creation(&self) -> Option<Change> {
        let created = time(&self.body, &["metadata", "creationTimestamp"])?;
        let is_new = created.plus(FRESH) >= self.seen_at;
        (is_new && self.is_intended()).then(|| self.whole(Value::Null, manifest(&self.body)))
    }

    /// The change by which this object vanished.
    pub(crate) fn deletion(&self, observation: &Observation) -> Option<Change> {
        self.is_intended().then(|| Change {
            at: observation.at,
            observation: observation.id,
            by: None,
            ..self.whole(manifest(&self.body), Value::Null)
        })
    }

    fn whole(&self, from: Value, to: Value) -> Change {
        Change {
            object: self.reference.clone(),
            field: FieldPath::root(),
            from,
            to,
            at: self.seen_at,
            by: author(&[], &self.writers).map(|writer| writer.manager),
            observation: self.observation,
        }
    }
}
