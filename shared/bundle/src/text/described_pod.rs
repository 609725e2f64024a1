//! A described pod: containers with their states, volumes and conditions.

use super::{
    age,
    describe::{self, Description},
    partial::{annotate, pairs, set},
};
use serde_json::{Map, Value, json};

/// Fills in what the description tells about the pod.
pub(super) fn fill(pod: &mut Value, text: &Description<'_>) {
    let status = text.get("Status").unwrap_or("Unknown");
    match status.split_once(' ') {
        // `Terminating (lasts 5m)` hides the phase; pods that are being deleted were running in most cases.
        Some(("Terminating", _)) => {
            annotate(pod, super::STATUS, status);
            set(pod, &["status", "phase"], Some("Running"));
        }
        Some(_) | None => set(pod, &["status", "phase"], Some(status)),
    }
    set(pod, &["status", "reason"], text.get("Reason"));
    set(pod, &["status", "message"], text.get("Message"));
    set(pod, &["status", "startTime"], text.get("Start Time").and_then(age::time));
    set(pod, &["status", "podIP"], text.get("IP"));
    set(pod, &["status", "qosClass"], text.get("QoS Class"));
    let node = text.get("Node").map(|node| node.split_once('/').map_or(node, |(name, _)| name));
    set(pod, &["spec", "nodeName"], node.filter(|node| !node.is_empty()));
    set(pod, &["spec", "serviceAccountName"], text.get("Service Account"));
    set(pod, &["spec", "priorityClassName"], text.get("Priority Class Name"));
    let selector = text.list("Node-Selectors");
    if !selector.is_empty() {
        set(pod, &["spec", "nodeSelector"], Some(pairs(selector.into_iter())));
    }
    containers(pod, text, "Init Containers", ["initContainers", "initContainerStatuses"]);
    containers(pod, text, "Containers", ["containers", "containerStatuses"]);
    let conditions = describe::conditions(text);
    set(pod, &["status", "conditions"], (!conditions.is_empty()).then_some(conditions));
    let volumes = volumes(text);
    set(pod, &["spec", "volumes"], (!volumes.is_empty()).then_some(volumes));
}

fn containers(pod: &mut Value, text: &Description<'_>, key: &str, fields: [&str; 2]) {
    let blocks = blocks(text.below(key).1);
    if blocks.is_empty() {
        return;
    }
    let specs: Vec<Value> = blocks.iter().map(spec).collect();
    let statuses: Vec<Value> = blocks.iter().filter_map(status).collect();
    set(pod, &["spec", fields[0]], Some(specs));
    set(pod, &["status", fields[1]], (!statuses.is_empty()).then_some(statuses));
}

/// Key, value, and the keys and values below it.
type Field<'t> = (&'t str, &'t str, Vec<(&'t str, &'t str)>);

/// A named block with its fields; a field has its own lines below it.
struct Block<'t> {
    name: &'t str,
    fields: Vec<Field<'t>>,
}

impl<'t> Block<'t> {
    fn get(&self, key: &str) -> Option<&'t str> {
        let value = self.field(key)?.0;
        (!matches!(value, "" | "<none>" | "<unset>")).then_some(value)
    }

    fn field(&self, key: &str) -> Option<(&'t str, &[(&'t str, &'t str)])> {
        self.fields
            .iter()
            .find(|(field, ..)| *field == key)
            .map(|(_, value, below)| (*value, below.as_slice()))
    }
}

/// The blocks are at the first line's indentation, their fields at that of the line after it.
fn blocks<'t>(lines: &[&'t str]) -> Vec<Block<'t>> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let outer = lines.first().map_or(0, |line| indent(line));
    let inner = lines.get(1).map_or(0, |line| indent(line));
    let mut blocks: Vec<Block<'t>> = Vec::new();
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
        let depth = indent(line);
        if depth <= outer {
            blocks.push(Block { name: key, fields: Vec::new() });
        } else if let Some(block) = blocks.last_mut() {
            if depth <= inner {
                block.fields.push((key, value.trim(), Vec::new()));
            } else if let Some((_, _, below)) = block.fields.last_mut() {
                below.push((key, value.trim()));
            }
        }
    }
    blocks
}

fn spec(block: &Block<'_>) -> Value {
    let mut spec = json!({"name": block.name});
    set(&mut spec, &["image"], block.get("Image"));
    for (key, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = block.field(key).map(|(_, below)| {
            below
                .iter()
                .map(|(name, amount)| ((*name).to_owned(), Value::from(*amount)))
                .collect::<Map<_, _>>()
        });
        set(&mut spec, &["resources", field], amounts);
    }
    spec
}

/// A container that never had a state has no status.
fn status(block: &Block<'_>) -> Option<Value> {
    let current = state(block, "State")?;
    let mut status = json!({
        "name": block.name,
        "ready": block.get("Ready") == Some("True"),
        "restartCount": block.get("Restart Count").and_then(|count| count.parse::<u32>().ok()).unwrap_or(0),
        "state": current,
    });
    set(&mut status, &["image"], block.get("Image"));
    set(&mut status, &["imageID"], block.get("Image ID"));
    set(&mut status, &["containerID"], block.get("Container ID"));
    set(&mut status, &["lastState"], state(block, "Last State"));
    Some(status)
}

fn state(block: &Block<'_>, key: &str) -> Option<Value> {
    let (kind, below) = block.field(key)?;
    let get = |key: &str| below.iter().find(|(field, _)| *field == key).map(|(_, value)| *value);
    let mut inner = json!({});
    set(&mut inner, &["reason"], get("Reason").filter(|text| !text.is_empty()));
    set(&mut inner, &["message"], get("Message").filter(|text| !text.is_empty()));
    set(&mut inner, &["exitCode"], get("Exit Code").and_then(|code| code.parse::<i32>().ok()));
    set(&mut inner, &["signal"], get("Signal").and_then(|signal| signal.parse::<i32>().ok()));
    set(&mut inner, &["startedAt"], get("Started").and_then(age::time));
    set(&mut inner, &["finishedAt"], get("Finished").and_then(age::time));
    match kind {
        "Waiting" => Some(json!({"waiting": inner})),
        "Running" => Some(json!({"running": inner})),
        "Terminated" => Some(json!({"terminated": inner})),
        _ => None,
    }
}

/// The volumes that name another object.
fn volumes(text: &Description<'_>) -> Vec<Value> {
    let volume = |block: &Block<'_>| {
        let kind = block.get("Type")?.split(' ').next()?;
        let source = match kind {
            "PersistentVolumeClaim" => {
                json!({"persistentVolumeClaim": {"claimName": block.get("ClaimName")?}})
            }
            "ConfigMap" => json!({"configMap": {"name": block.get("Name")?}}),
            "Secret" => json!({"secret": {"secretName": block.get("SecretName")?}}),
            _ => return None,
        };
        let mut volume = source;
        set(&mut volume, &["name"], Some(block.name));
        let optional = block.get("Optional") == Some("true");
        for field in ["configMap", "secret"] {
            if optional && volume.get(field).is_some() {
                set(&mut volume, &[field, "optional"], Some(true));
            }
        }
        Some(volume)
    };
    blocks(text.below("Volumes").1).iter().filter_map(volume).collect()
}
