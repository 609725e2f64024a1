//! What a namespace must know of the cluster around it.

use crate::{
    tracked::Tracked,
    view::{at, text},
    world::World,
};
use chiron_model::{Category, Finding, Observation, Operation};
use serde_json::{Map, Value};

/// Kinds of the cluster that rules about objects of a namespace read.
const KINDS: &[&str] = &[
    "Node",
    "Namespace",
    "StorageClass",
    "PersistentVolume",
    "VolumeAttachment",
    "PriorityClass",
    "IngressClass",
    "GatewayClass",
    "RuntimeClass",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

impl World {
    /// Takes a version of an object of the cluster, in the world of a namespace: it is not judged here, but others may
    /// stand otherwise with it.
    pub fn surround(&mut self, observation: &Observation) -> Vec<Finding> {
        let mut found = self.advance(observation.at);
        if self.is_known(observation) {
            return found;
        }
        let mut dirty = self.update(observation, &mut found);
        dirty.extend(self.waiting());
        dirty.sort();
        dirty.dedup();
        for uid in dirty {
            self.evaluate(&uid, &mut found);
        }
        found
    }

    /// What namespaces must know of an object of the cluster; `None` when it does not matter to them.
    #[must_use]
    pub fn outline(&self, uid: &str) -> Option<Value> {
        outline_of(&self.objects.get(uid)?.body)
    }

    /// All that a namespace must know of the cluster, as if it had just been seen.
    #[must_use]
    pub fn surroundings_of(&self, namespace: &str) -> Vec<Observation> {
        let objects = KINDS.iter().flat_map(|kind| self.objects.of_kind(kind));
        let all = objects.filter(|it| concerns(&it.body, namespace)).map(observation);
        all.collect()
    }

    /// Names of the namespaces that there are.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.objects.of_kind("Namespace").map(|it| it.reference.name.as_str())
    }

    /// Objects that are in trouble, or on their way: what happens around them may be what they wait for.
    fn waiting(&self) -> Vec<String> {
        let open = self.findings.values().map(|it| it.finding.object.uid.clone());
        let phase = |kind: &str, phase: &'static str| {
            let all = self.objects.of_kind(kind);
            let waiting = all.filter(move |it| text(&it.body, &["status", "phase"]) == phase);
            waiting.map(|it| it.reference.uid.clone()).collect::<Vec<String>>()
        };
        let pods = phase("Pod", "Pending");
        open.chain(pods).chain(phase("PersistentVolumeClaim", "Pending")).collect()
    }
}

/// What namespaces must know of an object of the cluster; `None` when it does not matter to them.
#[must_use]
pub fn outline_of(object: &Value) -> Option<Value> {
    KINDS.contains(&text(object, &["kind"])).then(|| outline(object))
}

/// Whether an object of the cluster matters to that namespace.
#[must_use]
pub fn concerns(object: &Value, namespace: &str) -> bool {
    match text(object, &["kind"]) {
        "Namespace" => text(object, &["metadata", "name"]) == namespace,
        "PersistentVolume" => {
            let holder = text(object, &["spec", "claimRef", "namespace"]);
            holder.is_empty() || holder == namespace
        }
        _ => true,
    }
}

/// An object without what changes all the time and means nothing to others.
fn outline(object: &Value) -> Value {
    let mut kept = Map::new();
    for key in [
        "apiVersion",
        "kind",
        "spec",
        "webhooks",
        "provisioner",
        "volumeBindingMode",
        "value",
        "globalDefault",
    ] {
        if let Some(value) = object.get(key) {
            kept.insert(key.to_owned(), value.clone());
        }
    }
    let metadata = at(object, &["metadata"]);
    let wanted = ["name", "uid", "labels", "annotations", "creationTimestamp", "deletionTimestamp"];
    kept.insert("metadata".to_owned(), part(metadata, &wanted));
    if let Some(status) = object.get("status") {
        let mut status =
            part(status, &["allocatable", "capacity", "conditions", "phase", "attached", "attachError"]);
        for condition in status.get_mut("conditions").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(condition) = condition.as_object_mut() {
                condition.remove("lastHeartbeatTime");
            }
        }
        kept.insert("status".to_owned(), status);
    }
    Value::Object(kept)
}

fn part(value: &Value, wanted: &[&str]) -> Value {
    let fields = value.as_object().into_iter().flatten();
    let kept = fields.filter(|(key, _)| wanted.contains(&key.as_str()));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn observation(object: &Tracked) -> Observation {
    Observation {
        id: object.observation,
        operation: Operation::Add,
        at: object.seen_at,
        object: object.reference.clone(),
        version: object.version,
        category: Category::of_kind(&object.reference.kind),
        writers: object.writers.clone(),
        body: outline(&object.body),
    }
}
