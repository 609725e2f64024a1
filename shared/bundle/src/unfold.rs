//! A document's value to single objects: lists, arrays, events in an envelope, events without kind.

use crate::{contents::Origin, infer, sink::Sink};
use serde_json::{Map, Value, json};

/// Lists inside lists at most.
const DEEPEST: u32 = 4;
/// Types of CloudEvents that carry an object.
const CARRIER: &str = "dev.knative.apiserver.resource.";

/// Puts the objects of the value into the sink; what is no object is dropped.
pub(crate) fn unfold(value: Value, origin: Origin, line: u64, sink: &mut Sink<'_>) {
    Unfolding { origin, line, sink }.value(value, 0);
}

struct Unfolding<'s, 'c> {
    origin: Origin,
    line: u64,
    sink: &'s mut Sink<'c>,
}

impl Unfolding<'_, '_> {
    fn value(&mut self, value: Value, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::Array(items) => items.into_iter().for_each(|item| self.value(item, depth + 1)),
            Value::Object(object) => self.object(object, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn object(&mut self, mut object: Map<String, Value>, depth: u32) {
        if is_foreign(&object) {
            return;
        }
        if object.contains_key("specversion") {
            return self.envelope(object, depth);
        }
        let kind = object.get("kind").and_then(Value::as_str).unwrap_or_default();
        if object.contains_key("items") && (kind.is_empty() || kind.ends_with("List")) {
            return self.list(object, depth);
        }
        shape_event(&mut object, self.sink, self.line);
        let name = object.get("metadata").and_then(|metadata| metadata.get("name")?.as_str());
        // A sample of an object may lack its name; its status still tells how it fares.
        let is_named = name.is_some_and(|name| !name.is_empty());
        if !is_named && object.get("status").is_none_or(|status| !status.is_object()) {
            return;
        }
        infer::complete(&mut object, self.sink.file);
        let told =
            |field: &str| object.get(field).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if told("kind") && told("apiVersion") && !is_foreign(&object) {
            self.sink.push(Value::Object(object), self.origin, self.line);
        }
    }

    /// The items of a typed list get the kind and version of the list where they have none.
    fn list(&mut self, mut list: Map<String, Value>, depth: u32) {
        let Some(Value::Array(items)) = list.remove("items") else { return };
        let text = |field: &str| list.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        let kind = text("kind").and_then(|kind| kind.strip_suffix("List")).filter(|kind| !kind.is_empty());
        let version = text("apiVersion").filter(|_| kind.is_some());
        for mut item in items {
            if let Value::Object(object) = &mut item {
                give(object, "kind", kind);
                give(object, "apiVersion", version);
            }
            self.value(item, depth + 1);
        }
    }

    fn envelope(&mut self, mut event: Map<String, Value>, depth: u32) {
        let class = event.get("type").and_then(Value::as_str).unwrap_or_default();
        let Some(operation) = class.strip_prefix(CARRIER).map(str::to_owned) else { return };
        match event.remove("data") {
            Some(data) if operation == "delete" => self.sink.retract(&data),
            Some(data) => self.value(data, depth + 1),
            None => {}
        }
    }
}

fn give(object: &mut Map<String, Value>, field: &str, text: Option<&str>) {
    let lacks = object.get(field).and_then(Value::as_str).is_none_or(str::is_empty);
    if let Some(text) = text.filter(|_| lacks) {
        object.insert(field.to_owned(), Value::String(text.to_owned()));
    }
}

/// Audit records call themselves events, and files for tools look like objects.
fn is_foreign(object: &Map<String, Value>) -> bool {
    let version = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    version.starts_with("audit.k8s.io/") || version.starts_with("kustomize.config.k8s.io/")
}

/// Gives an event without kind its kind, and the compact form of Insights its metadata.
fn shape_event(object: &mut Map<String, Value>, sink: &Sink<'_>, line: u64) {
    if object.get("kind").and_then(Value::as_str).is_some_and(|kind| !kind.is_empty()) {
        return;
    }
    let text = |field: &str| object.get(field).is_some_and(Value::is_string);
    let compact = !object.contains_key("metadata")
        && text("reason")
        && text("message")
        && text("type")
        && text("lastTimestamp");
    let is_core = object.get("involvedObject").is_some_and(Value::is_object);
    let is_new = object.get("regarding").is_some_and(Value::is_object);
    if !(compact || is_core || is_new) {
        return;
    }
    if compact {
        let namespace = object.remove("namespace").unwrap_or(Value::Null);
        // The object is told in the message only, which is no ground for a name: the event is named after its place.
        let name = format!("event-{line}-{}", sink.len() + 1);
        object.insert("metadata".to_owned(), json!({"name": name, "namespace": namespace}));
    }
    let version = if is_new { "events.k8s.io/v1" } else { "v1" };
    give(object, "kind", Some("Event"));
    give(object, "apiVersion", Some(version));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents::Contents;

    fn kinds(value: Value, file: &str) -> Vec<String> {
        let mut contents = Contents::default();
        let mut sink = Sink::new(file, &mut contents);
        unfold(value, Origin::Json, 1, &mut sink);
        sink.finish();
        let kind = |object: &Value| format!("{}/{}", text(object, "apiVersion"), text(object, "kind"));
        contents.objects.iter().map(|found| kind(&found.object)).collect()
    }

    fn text(object: &Value, field: &str) -> String {
        object[field].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn items_take_the_kind_of_their_list() {
        let list = json!({"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [{"metadata": {"name": "a"}}]});
        let mixed = json!({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, {"metadata": {"name": "unknown"}}]});
        let empty = json!({"apiVersion": "v1", "kind": "PodList", "items": null});

        assert_eq!(kinds(list, "x"), ["apps/v1/Deployment"]);
        assert_eq!(kinds(mixed, "x"), ["v1/Pod"]);
        assert!(kinds(empty, "x").is_empty());
    }

    #[test]
    fn events_without_kind_are_known_by_their_fields() {
        let events = json!([
            {"metadata": {"name": "a"}, "involvedObject": {"kind": "Pod"}},
            {"metadata": {"name": "b"}, "regarding": {"kind": "Pod"}},
            {"namespace": "x", "lastTimestamp": "t", "reason": "r", "message": "m", "type": "Warning"}]);

        assert_eq!(kinds(events, "x"), ["v1/Event", "events.k8s.io/v1/Event", "v1/Event"]);
    }

    #[test]
    fn audit_records_and_settings_are_no_objects() {
        let audit = json!({"apiVersion": "audit.k8s.io/v1", "kind": "Event", "metadata": {"name": "a"}});
        let list = json!({"apiVersion": "audit.k8s.io/v1", "kind": "EventList", "items": [{"metadata": {"name": "a"}}]});
        let kustomization = json!({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "metadata": {"name": "a"}});
        let nameless = json!({"apiVersion": "v1", "kind": "Config"});

        assert!(kinds(json!([audit, list, kustomization, nameless]), "pods.json").is_empty());
    }

    #[test]
    fn a_deleted_object_of_a_recording_is_gone_until_it_comes_again() {
        let event = |operation: &str, name: &str| {
            json!({"specversion": "1.0", "type": format!("{CARRIER}{operation}"),
                "data": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}}})
        };
        let other = json!({"specversion": "1.0", "type": "x", "data": {"kind": "Pod"}});

        let found =
            json!([event("add", "a"), event("add", "b"), event("delete", "a"), other, event("add", "a")]);

        assert_eq!(kinds(found, "x").len(), 2);
    }
}
