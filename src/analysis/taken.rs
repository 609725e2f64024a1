//! What was taken in, and from where.

use super::Logs;
use chiron_health::{Moment, ObjectHealth, UserRules};
use chiron_model::{Id, ObjectRef, Observation, Timestamp};
use chiron_observe::observation;
use chiron_redact::Redactor;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// What is asked of what is taken.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whether each object is judged by itself.
    pub is_health_asked: bool,
    /// Rules besides the built-in ones.
    pub rules: Arc<UserRules>,
}

impl Wanted {
    /// A moment with the rules.
    pub(super) fn moment(&self) -> Moment {
        Moment { rules: Arc::clone(&self.rules), ..Moment::default() }
    }
}

/// Something that was not read, or not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The file and line, or the cluster and kind.
    pub place: String,
    /// What is the matter, and what to do.
    pub message: String,
}

/// An object and how it fares, judged from itself alone.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The file it was read from; empty for a live cluster.
    pub file: String,
    /// Its observation without the body.
    pub object: ObjectRef,
    /// How it fares.
    pub health: ObjectHealth,
}

/// Everything that was taken in from one cluster, or from one set of files.
#[derive(Debug, Default)]
pub struct Taken {
    /// Name of the cluster.
    pub cluster: String,
    /// The moment that is looked at.
    pub moment: Moment,
    /// Objects and Events.
    pub observations: Vec<Observation>,
    /// Where each object stands, by its uid: once for each file.
    pub files: BTreeMap<String, Vec<String>>,
    /// How each object fares, when that was asked for.
    pub judged: Vec<Judged>,
    /// What was not taken.
    pub notes: Vec<Note>,
    /// Where logs can be read, once it is known whose.
    pub logs: Logs,
}

impl Taken {
    /// Takes one object from `file`; a live cluster has no files.
    pub fn take(&mut self, mut object: Value, file: &str, at: Timestamp, redactor: &Redactor) {
        complete(&mut object);
        match observation(object, &self.cluster, at, redactor) {
            Ok(mut observation) => {
                // Rules of users may ask for anything of a pod.
                // Files may hold pods without what they were made of.
                if file.is_empty() && !self.moment.rules.ask_pods() {
                    chiron_health::slim(&mut observation.body);
                }
                if !file.is_empty() {
                    let files = self.files.entry(observation.object.uid.clone()).or_default();
                    if !files.iter().any(|it| it == file) {
                        files.push(file.to_owned());
                    }
                }
                self.observations.push(observation);
            }
            Err(refusal) => {
                self.notes.push(Note { place: file.to_owned(), message: refusal.to_string() });
            }
        }
    }

    /// Judges an object from itself alone.
    pub fn judge(&mut self, object: &Value, file: &str) {
        let Some(health) = chiron_health::health_of(object) else { return };
        let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reference = ObjectRef {
            cluster: self.cluster.clone(),
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
            uid: String::new(),
        };
        self.judged.push(Judged { file: file.to_owned(), object: reference, health });
    }

    /// Drops what came of one list: a kind, of one namespace or of all.
    pub fn void(&mut self, api_version: &str, kind: &str, namespace: Option<&str>) {
        let is_of_it = |object: &ObjectRef| {
            object.api_version == api_version
                && object.kind == kind
                && namespace.is_none_or(|it| object.namespace == it)
        };
        self.observations.retain(|it| !is_of_it(&it.object));
        self.judged.retain(|it| !is_of_it(&it.object));
    }

    /// The files in which an object stands; one empty name when it is from a live cluster.
    #[must_use]
    pub fn files_of(&self, uid: &str) -> Vec<String> {
        self.files.get(uid).filter(|it| !it.is_empty()).cloned().unwrap_or_else(|| vec![String::new()])
    }
}

/// Gives an object what a server would have given it: a uid, a version, and texts where texts belong.
///
/// Two copies of one object without a uid are one object, whatever file they stand in.
fn complete(object: &mut Value) {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let parts = [text("/kind"), text("/metadata/namespace"), text("/metadata/name")];
    let uid = text("/metadata/uid");
    let version = text("/metadata/resourceVersion");
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    if uid.is_empty() {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        metadata.insert("uid".to_owned(), json!(Id::derive(&parts)));
    }
    if version.parse::<u64>().is_err() {
        metadata.insert("resourceVersion".to_owned(), json!("0"));
    }
    if metadata.get("namespace").is_some_and(Value::is_null) {
        metadata.remove("namespace");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_that_begins_again_voids_nothing_else() {
        let mut taken = Taken { cluster: "c".to_owned(), ..Taken::default() };
        let redactor = Redactor::new(b"test");
        let at: Timestamp = "2026-11-21T04:17:29Z".parse().unwrap();
        for (version, namespace) in [("v1", "a"), ("v1", "b"), ("serving.knative.dev/v1", "a")] {
            let object = json!({"apiVersion": version, "kind": "Service", "metadata": {"name": "x", "namespace": namespace}});
            taken.take(object, "", at, &redactor);
        }

        taken.void("v1", "Service", Some("a"));

        let left: Vec<(&str, &str)> = taken
            .observations
            .iter()
            .map(|it| (it.object.api_version.as_str(), it.object.namespace.as_str()))
            .collect();
        assert_eq!(left, [("v1", "b"), ("serving.knative.dev/v1", "a")]);
    }

    #[test]
    fn an_object_without_a_uid_gets_the_same_one_each_time() {
        let mut first = json!({"kind": "Pod", "metadata": {"name": "a", "namespace": "b"}});
        let mut second = first.clone();

        complete(&mut first);
        complete(&mut second);

        assert_eq!(first, second);
        assert_eq!(first["metadata"]["resourceVersion"], "0");
    }
}
