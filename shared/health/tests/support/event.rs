//! Kubernetes Events in the normal form that `observe` gives them.

use serde_json::{Value, json};

/// An Event about an object. When it was reported says who hears it.
pub(crate) fn event(about: &Value, reason: &str, note: &str) -> Value {
    let kind = match reason {
        "Killing" | "SuccessfulCreate" | "TriggeredScaleUp" | "WaitForFirstConsumer" => "Normal",
        _ => "Warning",
    };
    json!({
        "kind": "Event",
        "type": kind,
        "reason": reason,
        "note": note,
        "regarding": {
            "apiVersion": about["apiVersion"],
            "kind": about["kind"],
            "namespace": about["metadata"]["namespace"],
            "name": about["metadata"]["name"],
            "uid": about["metadata"]["uid"],
            "fieldPath": null,
        },
        "count": 1,
        "first": null,
        "last": null,
        "reporter": "kubelet",
    })
}

/// An Event about a container of a pod.
pub(crate) fn container_event(pod: &Value, container: &str, reason: &str, note: &str) -> Value {
    let mut event = event(pod, reason, note);
    event["regarding"]["fieldPath"] = json!(format!("spec.containers{{{container}}}"));
    event
}

/// The same Event after it was reported so many times.
pub(crate) fn times(event: &Value, count: u64) -> Value {
    let mut event = event.clone();
    event["count"] = json!(count);
    event
}

/// A readiness probe that nobody answers.
pub(crate) fn unready(pod: &Value, container: &str) -> Value {
    let note = "Readiness probe failed: Get \"http://10.244.0.49:8080/ready\": dial tcp 10.244.0.49:8080: connect: \
                connection refused";
    container_event(pod, container, "Unhealthy", note)
}

/// The kubelet kills a container because of that probe.
pub(crate) fn probe_kill(pod: &Value, container: &str, probe: &str) -> Value {
    let note = format!("Container {container} failed {probe} probe, will be restarted");
    container_event(pod, container, "Killing", &note)
}
