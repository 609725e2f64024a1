//! What Kubernetes Events say about an object, counted.

use crate::view::{count, text, time};
use chiron_model::{Id, Observation, Timestamp};
use serde::{Deserialize, Serialize};

/// One Event object: a reason that was reported about an object, some number of times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Kind of the object that the Event is about.
    pub kind: String,
    /// Its namespace; empty when it has none, or when the reporter does not say.
    #[serde(default)]
    pub namespace: String,
    /// Its name. Some reporters give a name where the uid should be, so both are kept.
    pub name: String,
    /// Its uid; may be empty.
    pub uid: String,
    /// The container, when the Event names one.
    pub container: String,
    /// Reason, such as `BackOff`.
    pub reason: String,
    /// Whether it is a warning.
    pub warning: bool,
    /// What was said last.
    pub note: String,
    /// How often, in all.
    pub count: u64,
    /// When it was first reported.
    pub first: Timestamp,
    /// When it was last reported.
    pub last: Timestamp,
    /// The same by the clock of the reporter, which may be some minutes wrong.
    #[serde(default)]
    pub told: Timestamp,
    /// The observation that showed the last report.
    pub observation: Id,
}

impl Tally {
    /// Reads the body of an observed Event in its normal form.
    pub(crate) fn of(observation: &Observation) -> Self {
        let body = &observation.body;
        let at = observation.at;
        Self {
            kind: text(body, &["regarding", "kind"]).to_owned(),
            namespace: text(body, &["regarding", "namespace"]).to_owned(),
            name: text(body, &["regarding", "name"]).to_owned(),
            uid: text(body, &["regarding", "uid"]).to_owned(),
            container: container_of(text(body, &["regarding", "fieldPath"])),
            reason: text(body, &["reason"]).to_owned(),
            warning: text(body, &["type"]) == "Warning",
            note: text(body, &["note"]).to_owned(),
            count: count(body, &["count"]).max(1),
            first: time(body, &["first"]).unwrap_or(at).min(at),
            last: time(body, &["last"]).unwrap_or(at).max(at),
            told: time(body, &["last"]).unwrap_or(at),
            observation: observation.id,
        }
    }

    /// Whether it is about an object of that namespace, as far as the reporter says.
    pub(crate) fn is_in(&self, namespace: &str) -> bool {
        self.namespace.is_empty() || namespace.is_empty() || self.namespace == namespace
    }

    /// Whether it is about the object of its name that has that uid, as far as the reporter says.
    pub(crate) fn is_of(&self, uid: &str) -> bool {
        self.uid.is_empty() || self.uid == uid || self.uid == self.name
    }
}

/// `spec.containers{web}` names the container `web`.
fn container_of(field_path: &str) -> String {
    field_path.split_once('{').and_then(|(_, rest)| rest.strip_suffix('}')).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_container_from_the_field_path() {
        assert_eq!(container_of("spec.initContainers{setup}"), "setup");
        assert_eq!(container_of(""), "");
    }
}
