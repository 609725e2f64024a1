//! Observations made by hand, in the shape that Kubernetes and `observe` give them.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support")]

pub(crate) mod around;
pub(crate) mod event;
pub(crate) mod lab;
pub(crate) mod pods;
pub(crate) mod workloads;

use chiron_model::Timestamp;
use serde_json::{Value, json};

pub(crate) const CLUSTER: &str = "lab";
pub(crate) const NAMESPACE: &str = "shop";

/// No rule holds. To be compared with [`lab::Lab::rules`].
pub(crate) const NOTHING: [&str; 0] = [];

/// A day before the tests begin: what was made then is not new.
pub(crate) const LONG_AGO: i64 = -86_400;

/// 2026-11-21T04:00:00Z, when the tests begin.
const FOUR_O_CLOCK: i64 = 1_795_233_600;

/// The time so many seconds after the tests begin.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(FOUR_O_CLOCK + second)
}

/// The same time as objects carry it.
pub(crate) fn stamp(second: i64) -> String {
    at(second).to_string()
}

/// What all objects have.
pub(crate) fn object(api_version: &str, kind: &str, name: &str) -> Value {
    json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {
            "annotations": {},
            "creationTimestamp": stamp(LONG_AGO),
            "generation": 1,
            "labels": {"team": "shop"},
            "name": name,
            "namespace": NAMESPACE,
            "uid": format!("uid-{}-{name}", kind.to_lowercase()),
        },
    })
}

/// The object, owned by its controller.
pub(crate) fn owned(mut body: Value, owner: &Value) -> Value {
    body["metadata"]["ownerReferences"] = json!([{
        "apiVersion": owner["apiVersion"],
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    }]);
    body
}

/// The object with another value at a JSON pointer; null takes the field away. A new intent is a new generation.
pub(crate) fn changed(body: &Value, pointer: &str, to: Value) -> Value {
    let mut body = body.clone();
    let (place, key) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    let parent = body.pointer_mut(place).unwrap_or_else(|| panic!("{place} is not there"));
    let key = key.replace("~1", "/");
    if to.is_null() {
        parent.as_object_mut().expect("fields are taken from objects").remove(&key);
    } else {
        parent[key] = to;
    }
    let generation = body["metadata"]["generation"].as_u64();
    if let (true, Some(generation)) = (pointer.starts_with("/spec"), generation) {
        body["metadata"]["generation"] = json!(generation + 1);
    }
    body
}

/// The object as it is while it is being deleted.
pub(crate) fn deleted(body: &Value, second: i64) -> Value {
    let body = changed(body, "/metadata/deletionTimestamp", json!(stamp(second)));
    changed(&body, "/metadata/deletionGracePeriodSeconds", json!(30))
}
