//! What is different between two versions of an object.

use chiron_model::FieldPath;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One field that differs: path, value before, value after; null when absent.
pub(crate) type Difference = (FieldPath, Value, Value);

/// Maps whose entries are fields of their own even where the whole map appears or vanishes.
const FLAT: &[&str] = &[
    "annotations",
    "binaryData",
    "data",
    "hard",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "requests",
    "resources",
    "selector",
    "stringData",
];

/// The fields that differ between `before` and `after`.
///
/// Items of lists are matched by name where all have one, so that a new first container does not look like a change of all.
pub(crate) fn diff(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(FieldPath::root(), before, after, &mut found);
    found
}

fn walk(path: FieldPath, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(left), Value::Object(right)) => walk_maps(&path, left, right, found),
        (Value::Object(left), Value::Null) if is_flat(&path) => walk_maps(&path, left, &Map::new(), found),
        (Value::Null, Value::Object(right)) if is_flat(&path) => walk_maps(&path, &Map::new(), right, found),
        (Value::Array(left), Value::Array(right)) => walk_lists(&path, left, right, found),
        _ => found.push((path, before.clone(), after.clone())),
    }
}

fn is_flat(path: &FieldPath) -> bool {
    FLAT.contains(&path.last().as_str())
}

fn walk_maps(
    path: &FieldPath,
    left: &Map<String, Value>,
    right: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    for key in keys {
        let value = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or(Value::Null);
        walk(path.key(key), &value(left), &value(right), found);
    }
}

fn walk_lists(path: &FieldPath, left: &[Value], right: &[Value], found: &mut Vec<Difference>) {
    match (names(left), names(right)) {
        (Some(left_names), Some(right_names)) => {
            let all: BTreeSet<&String> = left_names.iter().chain(&right_names).collect();
            for name in all {
                let value = |names: &[String], items: &[Value]| {
                    names.iter().position(|it| it == name).map_or(Value::Null, |at| items[at].clone())
                };
                walk(path.item(name), &value(&left_names, left), &value(&right_names, right), found);
            }
        }
        _ if left.len() == right.len() && left.iter().chain(right).all(Value::is_object) => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                walk(path.item(&index.to_string()), left, right, found);
            }
        }
        _ => found.push((path.clone(), left.into(), right.into())),
    }
}

/// The names of all items, when each has one of its own.
fn names(items: &[Value]) -> Option<Vec<String>> {
    let names: Vec<String> = items.iter().map(FieldPath::item_name).collect::<Option<_>>()?;
    let distinct: BTreeSet<&String> = names.iter().collect();
    (distinct.len() == names.len()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(before: &Value, after: &Value) -> Vec<String> {
        diff(before, after).into_iter().map(|(path, _, _)| path.to_string()).collect()
    }

    #[test]
    fn names_containers_by_their_name() {
        let before = json!({"spec": {"containers": [{"name": "web", "image": "a"}]}});
        let after =
            json!({"spec": {"containers": [{"name": "log", "image": "x"}, {"name": "web", "image": "b"}]}});

        assert_eq!(paths(&before, &after), ["spec.containers[log]", "spec.containers[web].image"]);
    }

    #[test]
    fn names_the_key_of_a_map_that_appears() {
        let before = json!({"resources": {}});
        let after = json!({"resources": {"limits": {"memory": "24Mi"}}});

        assert_eq!(diff(&before, &after), [("resources.limits.memory".into(), Value::Null, json!("24Mi"))]);
    }

    #[test]
    fn keeps_a_probe_that_appears_in_one_piece() {
        let after = json!({"readinessProbe": {"httpGet": {"port": 1}, "periodSeconds": 3}});

        assert_eq!(paths(&json!({}), &after), ["readinessProbe"]);
    }

    #[test]
    fn keeps_a_command_in_one_piece() {
        let before = json!({"command": ["sh", "-c"]});

        assert_eq!(paths(&before, &json!({"command": ["sh"]})), ["command"]);
    }

    #[test]
    fn falls_back_to_the_index_where_names_repeat() {
        let before = json!({"ports": [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]});
        let after = json!({"ports": [{"port": 53, "protocol": "TCP"}, {"port": 54, "protocol": "UDP"}]});

        assert_eq!(paths(&before, &after), ["ports[1].port"]);
    }
}
