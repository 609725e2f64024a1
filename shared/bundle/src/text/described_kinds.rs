//! Which kind a description is of, and the fields of kinds other than pods.

use super::{
    age,
    describe::{self, Description},
    partial::{Typed, pairs, set},
};
use crate::{kinds, preamble::Hint};
use serde_json::{Map, Value, json};

/// Keys that together only one kind has.
const SIGNS: [(&str, &[&str]); 13] = [
    ("Pod", &["Containers", "Status", "Node"]),
    ("Node", &["Roles", "Conditions", "Capacity", "System Info"]),
    ("Deployment", &["StrategyType", "Replicas", "Pod Template"]),
    ("DaemonSet", &["Desired Number of Nodes Scheduled", "Pod Template"]),
    ("StatefulSet", &["Update Strategy", "Replicas", "Pod Template"]),
    ("CronJob", &["Schedule", "Concurrency Policy"]),
    ("Job", &["Pods Statuses", "Parallelism"]),
    ("ReplicaSet", &["Replicas", "Pods Status", "Pod Template"]),
    ("PersistentVolume", &["Reclaim Policy", "Status"]),
    ("PersistentVolumeClaim", &["StorageClass", "Access Modes", "Status"]),
    ("Service", &["Selector", "Type", "Session Affinity"]),
    ("HorizontalPodAutoscaler", &["Reference", "Min replicas", "Max replicas"]),
    ("Ingress", &["Rules", "Default backend"]),
];

/// The kind by what the text shows; what the command asked for counts only where the text shows none.
pub(super) fn typed<'t>(text: &Description<'t>, hint: &Hint) -> Option<Typed<'t>> {
    if let (Some(kind), Some(api_version)) = (text.get("Kind"), text.get("API Version")) {
        return Some(Typed { kind, api_version });
    }
    let shown = SIGNS.iter().find(|(_, keys)| keys.iter().all(|key| text.has(key)));
    let known = shown.and_then(|(kind, _)| kinds::by_kind(kind)).or_else(|| {
        let is_namespace = text.get("Status").is_some() && text.has("Labels") && !text.has("Namespace");
        // Other tools write fields of the same look; without labels or annotations it is not of kubectl.
        let is_kubectl = text.has("Labels") || text.has("Annotations");
        hint.kind.filter(|known| is_kubectl && (known.kind != "Namespace" || is_namespace))
    })?;
    Some(known.into())
}

/// Fills in what the description tells about an object that is no pod.
pub(super) fn fill(object: &mut Value, kind: &str, text: &Description<'_>) {
    match kind {
        "Node" => node(object, text),
        "Deployment" | "StatefulSet" | "ReplicaSet" => replicas(object, text),
        "DaemonSet" => daemons(object, text),
        "Job" => job(object, text),
        "PersistentVolumeClaim" | "PersistentVolume" | "Namespace" => volume(object, text),
        "Service" => service(object, text),
        "HorizontalPodAutoscaler" => autoscaler(object, text),
        _ => {}
    }
    if text.has("Kind") {
        return;
    }
    let conditions = describe::conditions(text);
    set(object, &["status", "conditions"], (!conditions.is_empty()).then_some(conditions));
}

fn node(object: &mut Value, text: &Description<'_>) {
    if text.get("Unschedulable") == Some("true") {
        set(object, &["spec", "unschedulable"], Some(true));
    }
    let taint = |taint: &str| {
        let (key, effect) = taint.rsplit_once(':')?;
        let (key, value) = key.split_once('=').map_or((key, None), |(key, value)| (key, Some(value)));
        let mut taint = json!({"key": key, "effect": effect});
        set(&mut taint, &["value"], value);
        Some(taint)
    };
    let taints: Vec<Value> = text.list("Taints").into_iter().filter_map(taint).collect();
    set(object, &["spec", "taints"], (!taints.is_empty()).then_some(taints));
    for (key, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        set(object, &["status", field], Some(amounts(text.below(key).1)));
    }
    let version =
        text.below("System Info").1.iter().find_map(|line| line.trim().strip_prefix("Kubelet Version:"));
    set(object, &["status", "nodeInfo", "kubeletVersion"], version.map(str::trim));
}

fn amounts(lines: &[&str]) -> Map<String, Value> {
    let amount = |line: &&str| {
        let (name, amount) = line.trim().split_once(':')?;
        Some((name.to_owned(), Value::from(amount.trim())))
    };
    lines.iter().filter_map(amount).collect()
}

/// The number before a word, as in `1 desired | 0 available`.
fn before(text: &str, word: &str) -> Option<i64> {
    let part = text.split(['|', '/']).find(|part| part.trim().ends_with(word))?;
    part.trim().split(' ').next()?.parse().ok()
}

fn replicas(object: &mut Value, text: &Description<'_>) {
    let counts = text.get("Replicas").unwrap_or_default();
    set(object, &["spec", "replicas"], before(counts, "desired"));
    let current = before(counts, "total").or_else(|| before(counts, "current"));
    set(object, &["status", "replicas"], current);
    set(object, &["status", "updatedReplicas"], before(counts, " updated"));
    let available = before(counts, " available");
    set(object, &["status", "availableReplicas"], available);
    set(
        object,
        &["status", "readyReplicas"],
        available.or_else(|| before(text.get("Pods Status")?, "Running")),
    );
    set(object, &["status", "unavailableReplicas"], before(counts, "unavailable").filter(|count| *count > 0));
    selector(object, text);
    let revision = text
        .list("Annotations")
        .into_iter()
        .find_map(|line| line.strip_prefix("deployment.kubernetes.io/revision:").map(str::trim));
    set(object, &["metadata", "annotations", "deployment.kubernetes.io/revision"], revision);
}

fn selector(object: &mut Value, text: &Description<'_>) {
    let labels = text.get("Selector").map(|labels| pairs(labels.split(',')));
    set(object, &["spec", "selector", "matchLabels"], labels);
}

fn daemons(object: &mut Value, text: &Description<'_>) {
    for (key, field) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        set(object, &["status", field], text.get(key).and_then(|count| count.parse::<i64>().ok()));
    }
    selector(object, text);
}

fn job(object: &mut Value, text: &Description<'_>) {
    for (key, field) in
        [("Parallelism", "parallelism"), ("Completions", "completions"), ("Backoff Limit", "backoffLimit")]
    {
        set(object, &["spec", field], text.get(key).and_then(|count| count.parse::<i64>().ok()));
    }
    set(object, &["spec", "suspend"], text.get("Suspend").map(|flag| flag == "true"));
    set(object, &["status", "startTime"], text.get("Start Time").and_then(age::time));
    set(object, &["status", "completionTime"], text.get("Completed At").and_then(age::time));
    let counts = text.get("Pods Statuses").unwrap_or_default();
    let active = counts.split(['(', '/']).next().unwrap_or_default();
    set(object, &["status", "active"], before(active, "Active").filter(|count| *count > 0));
    set(object, &["status", "succeeded"], before(counts, "Succeeded").filter(|count| *count > 0));
    set(object, &["status", "failed"], before(counts, "Failed").filter(|count| *count > 0));
}

fn volume(object: &mut Value, text: &Description<'_>) {
    set(object, &["status", "phase"], text.get("Status"));
    set(object, &["spec", "storageClassName"], text.get("StorageClass"));
    set(object, &["spec", "volumeName"], text.get("Volume"));
    set(object, &["spec", "persistentVolumeReclaimPolicy"], text.get("Reclaim Policy"));
    if let Some((namespace, name)) = text.get("Claim").and_then(|claim| claim.split_once('/')) {
        set(object, &["spec", "claimRef"], Some(json!({"namespace": namespace, "name": name})));
    }
}

fn service(object: &mut Value, text: &Description<'_>) {
    set(object, &["spec", "type"], text.get("Type"));
    set(object, &["spec", "clusterIP"], text.get("IP"));
    set(object, &["spec", "selector"], text.get("Selector").map(|labels| pairs(labels.split(','))));
}

fn autoscaler(object: &mut Value, text: &Description<'_>) {
    if let Some((kind, name)) = text.get("Reference").and_then(|reference| reference.split_once('/')) {
        set(object, &["spec", "scaleTargetRef"], Some(json!({"kind": kind, "name": name})));
    }
    for (key, field) in [("Min replicas", "minReplicas"), ("Max replicas", "maxReplicas")] {
        set(object, &["spec", field], text.get(key).and_then(|count| count.parse::<i64>().ok()));
    }
}
