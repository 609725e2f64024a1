//! What happened to which object, in a word: the steps of sequence detectors.

use super::state::state_of;
use chiron_model::{Observation, Operation};
use serde_json::Value;

/// Longer words are cut.
const LONGEST_WORD: usize = 40;

/// The object whose life goes on, and what happened to it, such as (`Pod/6c0e..`, `Pod/Waiting/CrashLoopBackOff`).
///
/// The entity is the kind and the uid, for what has no uid the place; for Kubernetes Events it is the object that they
/// regard. Nodes go by their name, because kubelets do not know the uid. The token is the kind and the state of the
/// object, or `Event/` or `Warning/` and the reason; it holds neither names nor numbers, so that it means the same in
/// every cluster. Nothing for what tells no life: renewed leases, secrets, Events that expire or have no reason.
#[must_use]
pub fn token_of(observation: &Observation) -> Option<(String, String)> {
    let object = &observation.object;
    match object.kind.as_str() {
        "Event" => event(observation),
        "Lease" | "Secret" => None,
        kind => {
            let place = Place { kind, namespace: &object.namespace, name: &object.name, uid: &object.uid };
            let state = match observation.operation {
                Operation::Delete => "Deleted".to_owned(),
                Operation::Add | Operation::Update => state_of(observation),
            };
            Some((place.entity(&object.cluster), format!("{}/{state}", word(kind))))
        }
    }
}

/// The object that an Event regards, and the reason of the Event.
fn event(observation: &Observation) -> Option<(String, String)> {
    let body = &observation.body;
    let text = |value: &'_ Value| value.as_str().map(str::to_owned).filter(|it| !it.is_empty());
    let reason = text(&body["reason"]).filter(|_| observation.operation != Operation::Delete)?;
    let regarding = &body["regarding"];
    let kind = text(&regarding["kind"])?;
    let namespace = text(&regarding["namespace"]).unwrap_or_default();
    let name = text(&regarding["name"]).unwrap_or_default();
    let uid = text(&regarding["uid"]).unwrap_or_default();
    let place = Place { kind: &kind, namespace: &namespace, name: &name, uid: &uid };
    let group = if body["type"] == "Warning" { "Warning" } else { "Event" };
    Some((place.entity(&observation.object.cluster), format!("{group}/{}", word(&reason))))
}

/// Where an object is found.
struct Place<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    uid: &'a str,
}

impl Place<'_> {
    fn entity(&self, cluster: &str) -> String {
        let Self { kind, namespace, name, uid } = self;
        if uid.is_empty() || *kind == "Node" {
            format!("{kind}/{cluster}/{namespace}/{name}")
        } else {
            format!("{kind}/{uid}")
        }
    }
}

/// The letters of a reason that a program wrote: no numbers and no punctuation, so that words stay few.
pub(super) fn word(text: &str) -> String {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).take(LONGEST_WORD).collect();
    if letters.is_empty() { "Other".to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::{Category, Id, ObjectRef, Timestamp};
    use serde_json::json;

    fn seen(kind: &str, operation: Operation, body: Value) -> Observation {
        Observation {
            id: Id::derive(&["1"]),
            operation,
            at: Timestamp::from_secs(1),
            object: ObjectRef {
                cluster: "lab".to_owned(),
                kind: kind.to_owned(),
                namespace: "shop".to_owned(),
                name: "web-7b7b4c64f9-k28zx".to_owned(),
                uid: "u-1".to_owned(),
                ..ObjectRef::default()
            },
            version: 1,
            category: Category::Workload,
            writers: Vec::new(),
            body,
        }
    }

    fn token(kind: &str, body: Value) -> String {
        token_of(&seen(kind, Operation::Update, body)).unwrap().1
    }

    #[test]
    fn an_event_belongs_to_the_object_it_regards() {
        let body = json!({"type": "Warning", "reason": "BackOff", "regarding": {"kind": "Pod", "uid": "u-2", "name": "web"}});

        let found = token_of(&seen("Event", Operation::Add, body));

        assert_eq!(found, Some(("Pod/u-2".to_owned(), "Warning/BackOff".to_owned())));
    }

    #[test]
    fn events_about_a_node_go_by_its_name() {
        let body = json!({"type": "Normal", "reason": "NodeReady", "regarding": {"kind": "Node", "uid": "node-a", "name": "node-a"}});
        let mut node = seen("Node", Operation::Update, json!({}));
        (node.object.namespace, node.object.name) = (String::new(), "node-a".to_owned());

        let event = token_of(&seen("Event", Operation::Add, body)).unwrap();

        assert_eq!(event, ("Node/lab//node-a".to_owned(), "Event/NodeReady".to_owned()));
        assert_eq!(token_of(&node).unwrap().0, event.0);
    }

    #[test]
    fn an_event_that_expires_or_gives_no_reason_tells_nothing() {
        let regarding = json!({"kind": "Pod", "uid": "u-2"});

        let expired = seen("Event", Operation::Delete, json!({"reason": "Pulled", "regarding": regarding}));
        let empty = seen("Event", Operation::Add, json!({"reason": "", "regarding": regarding}));

        assert_eq!(token_of(&expired), None);
        assert_eq!(token_of(&empty), None);
    }

    #[test]
    fn what_is_deleted_is_deleted_whatever_its_state() {
        let pod = seen("Pod", Operation::Delete, json!({"status": {"phase": "Running"}}));

        assert_eq!(token_of(&pod), Some(("Pod/u-1".to_owned(), "Pod/Deleted".to_owned())));
    }

    #[test]
    fn words_hold_no_numbers_and_stay_short() {
        assert_eq!(word("cert-manager.io"), "certmanagerio");
        assert_eq!(word("CgroupV1"), "CgroupV");
        assert_eq!(word("503"), "Other");
        assert_eq!(word(&"x".repeat(500)).len(), LONGEST_WORD);
    }

    #[test]
    fn objects_without_a_state_are_added_and_changed() {
        let added = token_of(&seen("ConfigMap", Operation::Add, json!({}))).unwrap().1;

        assert_eq!(added, "ConfigMap/Added");
        assert_eq!(token("ConfigMap", json!({})), "ConfigMap/Changed");
        assert_eq!(token_of(&seen("Lease", Operation::Update, json!({}))), None);
    }
}
