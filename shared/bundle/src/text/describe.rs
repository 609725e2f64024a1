//! The output of `kubectl describe`: parted into fields, its kind found out, its events read.

use super::{
    age, described_kinds, described_pod,
    event_row::{self, Regarding},
    partial::{Typed, is_name, is_namespaced, pairs, set},
    table::Header,
};
use crate::{kinds, preamble::Hint};
use serde_json::{Value, json};

/// One description: its lines, and where the fields of the outermost level are.
pub(super) struct Description<'t> {
    lines: Vec<&'t str>,
    /// Key, value behind it, and index of its line.
    fields: Vec<(&'t str, &'t str, usize)>,
}

/// Whether a description starts on this line.
pub(super) fn is_start(line: &str) -> bool {
    line.strip_prefix("Name:").is_some_and(|name| name.starts_with([' ', '\t']) && is_name(name.trim()))
}

impl<'t> Description<'t> {
    pub(super) fn new(first: &'t str) -> Self {
        let mut description = Self { lines: Vec::new(), fields: Vec::new() };
        description.add(first);
        description
    }

    pub(super) fn add(&mut self, line: &'t str) {
        if !line.starts_with(char::is_whitespace)
            && let Some((key, value)) = line.split_once(':')
        {
            self.fields.push((key, value.trim(), self.lines.len()));
        }
        self.lines.push(line);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|(field, ..)| *field == key)
    }

    /// The value behind a key, absent where it is empty or says so.
    pub(super) fn get(&self, key: &str) -> Option<&'t str> {
        let (_, value, _) = self.fields.iter().find(|(field, ..)| *field == key)?;
        (!matches!(*value, "" | "<none>" | "<unset>" | "<unknown>")).then_some(*value)
    }

    /// The lines below a key with the index of the first one.
    pub(super) fn below(&self, key: &str) -> (usize, &[&'t str]) {
        let Some(index) = self.fields.iter().position(|(field, ..)| *field == key) else { return (0, &[]) };
        let start = self.fields[index].2 + 1;
        let end = self.fields.get(index + 1).map_or(self.lines.len(), |(.., line)| *line);
        (start, self.lines.get(start..end).unwrap_or_default())
    }

    /// The value of a key with the lines below it, as labels and taints are written.
    pub(super) fn list(&self, key: &str) -> Vec<&'t str> {
        let below = self.below(key).1.iter().map(|line| line.trim());
        self.get(key).into_iter().chain(below).filter(|text| !text.is_empty()).collect()
    }

    /// The rows of the table below a key with the indices of their lines.
    pub(super) fn table(&self, key: &str) -> Vec<(usize, super::table::Row)> {
        let (start, lines) = self.below(key);
        let mut lines = lines.iter().enumerate();
        let Some((_, first)) = lines.next() else { return Vec::new() };
        let header = Header::columns(first);
        lines
            .take_while(|(_, line)| !line.trim().is_empty())
            .filter(|(_, line)| !line.trim_start().starts_with("----"))
            .map(|(index, line)| (start + index, header.row(line)))
            .collect()
    }
}

/// The described object and its events with the offsets of their lines.
pub(super) fn objects(description: &Description<'_>, hint: &Hint, line: u64) -> Vec<(u64, Value)> {
    let Some(typed) = described_kinds::typed(description, hint) else { return Vec::new() };
    let Some(name) = description.get("Name").filter(|name| is_name(name)) else { return Vec::new() };
    let namespace =
        description.get("Namespace").or(hint.namespace.as_deref()).filter(|_| is_namespaced(typed.kind));
    let mut object = json!({"apiVersion": typed.api_version, "kind": typed.kind, "metadata": {"name": name}});
    set(&mut object, &["metadata", "namespace"], namespace);
    metadata(&mut object, description);
    match typed.kind {
        "Pod" => described_pod::fill(&mut object, description),
        _ => described_kinds::fill(&mut object, typed.kind, description),
    }
    let mut found = vec![(0, object)];
    found.extend(events(description, typed, name, namespace, line));
    found
}

fn metadata(object: &mut Value, description: &Description<'_>) {
    let labels = description.list("Labels");
    if !labels.is_empty() {
        set(object, &["metadata", "labels"], Some(pairs(labels.into_iter())));
    }
    set(object, &["metadata", "creationTimestamp"], description.get("CreationTimestamp").and_then(age::time));
    if let Some((kind, owner)) = description.get("Controlled By").and_then(|text| text.split_once('/')) {
        let version = kinds::by_kind(kind).map(|known| known.api_version);
        let mut reference = json!({"kind": kind, "name": owner, "controller": true});
        set(&mut reference, &["apiVersion"], version);
        set(object, &["metadata", "ownerReferences"], Some(json!([reference])));
    }
}

/// The conditions below `Conditions:` in the shape of the API.
pub(super) fn conditions(description: &Description<'_>) -> Vec<Value> {
    let condition = |(_, row): (usize, super::table::Row)| {
        let mut condition = json!({"type": row.get("Type")?, "status": row.get("Status")?});
        set(&mut condition, &["reason"], row.get("Reason"));
        set(&mut condition, &["message"], row.get("Message"));
        set(&mut condition, &["lastHeartbeatTime"], row.get("LastHeartbeatTime").and_then(age::time));
        set(&mut condition, &["lastTransitionTime"], row.get("LastTransitionTime").and_then(age::time));
        Some(condition)
    };
    description.table("Conditions").into_iter().filter_map(condition).collect()
}

fn events(
    description: &Description<'_>,
    typed: Typed<'_>,
    name: &str,
    namespace: Option<&str>,
    line: u64,
) -> Vec<(u64, Value)> {
    let known = kinds::by_kind(typed.kind).map(|known| known.api_version);
    let regarding = Regarding { kind: typed.kind.to_owned(), api_version: known, name, namespace };
    let event = |(index, row): (usize, super::table::Row)| {
        let offset = index as u64;
        let seen = row.get("Age").or_else(|| row.get("LastSeen")).unwrap_or_default();
        let mut event = event_row::event(&regarding, row.get("Reason")?, seen, line + offset)?;
        set(&mut event, &["type"], row.get("Type"));
        set(&mut event, &["message"], Some(row.get("Message").unwrap_or_default()));
        set(&mut event, &["source", "component"], row.get("From").and_then(|text| text.split(',').next()));
        set(&mut event, &["count"], row.number("Count"));
        set(&mut event, &["involvedObject", "fieldPath"], row.get("SubObjectPath"));
        Some((offset, event))
    };
    description.table("Events").into_iter().filter_map(event).collect()
}
