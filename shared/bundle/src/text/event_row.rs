//! Rows of `kubectl events` and `kubectl get events`, and of the events under a description.

use super::{
    FIRST_SEEN, LAST_SEEN, age,
    partial::{self, Scope, Typed, is_name},
    table::Row,
};
use crate::kinds;
use serde_json::{Value, json};

/// The object an event is about.
pub(super) struct Regarding<'t> {
    pub(super) kind: String,
    pub(super) api_version: Option<&'static str>,
    pub(super) name: &'t str,
    pub(super) namespace: Option<&'t str>,
}

/// The event of a table's row.
pub(super) fn object(row: &Row, scope: &Scope) -> Option<Value> {
    let (kind, name) = match (row.get("OBJECT").and_then(|object| object.split_once('/')), row.get("KIND")) {
        (Some((kind, name)), _) => (kind, name),
        // Until Kubernetes 1.13 the NAME column held the name of the event: that of the object, a dot and a number.
        (None, Some(kind)) => {
            (kind, row.get("NAME").map(|name| name.rsplit_once('.').map_or(name, |(name, _)| name))?)
        }
        (None, None) => return None,
    };
    let regarding = Regarding {
        namespace: row.get("NAMESPACE").or(scope.hint.namespace.as_deref()),
        api_version: kinds::by_word(kind).map(|known| known.api_version),
        kind: spelled(kind),
        name,
    };
    let seen = row.get("LAST SEEN").or_else(|| row.get("LASTSEEN")).unwrap_or_default();
    let mut event = event(&regarding, row.get("REASON")?, seen, scope.line)?;
    let first = row.get("FIRST SEEN").or_else(|| row.get("FIRSTSEEN"));
    first.inspect(|first| partial::annotate(&mut event, FIRST_SEEN, first));
    partial::set(&mut event, &["count"], row.number("COUNT"));
    partial::set(&mut event, &["type"], row.get("TYPE"));
    partial::set(&mut event, &["message"], row.get("MESSAGE"));
    partial::set(
        &mut event,
        &["source", "component"],
        row.get("SOURCE").and_then(|text| text.split(',').next()),
    );
    partial::set(&mut event, &["involvedObject", "fieldPath"], row.get("SUBOBJECT"));
    Some(event)
}

/// An event about the object with its count and ages.
pub(super) fn event(regarding: &Regarding<'_>, reason: &str, seen: &str, line: u64) -> Option<Value> {
    if !is_name(regarding.name) {
        return None;
    }
    // Events of objects without a namespace are kept in this one.
    let namespaced = partial::is_namespaced(&regarding.kind);
    let namespace = if namespaced { regarding.namespace } else { Some("default") };
    let typed = Typed { kind: "Event", api_version: "v1" };
    let mut event = json!({
        "apiVersion": typed.api_version,
        "kind": typed.kind,
        "metadata": {"name": format!("{}.{line}", regarding.name)},
        "involvedObject": {"kind": regarding.kind, "name": regarding.name},
        "reason": reason,
    });
    partial::set(&mut event, &["metadata", "namespace"], namespace);
    partial::set(&mut event, &["involvedObject", "namespace"], regarding.namespace.filter(|_| namespaced));
    partial::set(&mut event, &["involvedObject", "apiVersion"], regarding.api_version);
    let seen = age::seen(seen);
    partial::set(&mut event, &["count"], seen.count);
    if !seen.last.is_empty() {
        partial::annotate(&mut event, LAST_SEEN, seen.last);
        partial::annotate(&mut event, FIRST_SEEN, seen.first.unwrap_or(seen.last));
    }
    Some(event)
}

/// The kind as the API spells it; one that is not known keeps its letters but starts with a capital.
fn spelled(word: &str) -> String {
    if let Some(known) = kinds::by_word(word) {
        return known.kind.to_owned();
    }
    let mut letters = word.split('.').next().unwrap_or(word).chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
