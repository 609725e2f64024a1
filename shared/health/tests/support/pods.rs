//! Pods, and the states that their containers can be in.

use super::{changed, object, owned, stamp};
use serde_json::{Value, json};

/// A pod that runs since `started` and was ready 2 s later.
pub(crate) fn ready_pod(name: &str, owner: &Value, started: i64) -> Value {
    ready_pod_after(2, name, owner, started)
}

/// A pod that runs since `started` and was ready so many seconds later.
pub(crate) fn ready_pod_after(seconds: i64, name: &str, owner: &Value, started: i64) -> Value {
    turned(&pod(name, owner, started, "Running", &running(started)), true, started + seconds)
}

/// A pod that runs since `started`; its first container is not ready yet.
pub(crate) fn unready_pod(name: &str, owner: &Value, started: i64) -> Value {
    turned(&pod(name, owner, started, "Running", &running(started)), false, started)
}

/// A pod that has a node, and whose containers are not made yet.
pub(crate) fn pending_pod(name: &str, owner: &Value, created: i64) -> Value {
    let state = json!({"waiting": {"reason": "ContainerCreating"}});
    turned(&pod(name, owner, created, "Pending", &state), false, created)
}

/// A pod that no node takes.
pub(crate) fn unscheduled_pod(name: &str, owner: &Value, created: i64, said: &str) -> Value {
    let mut pod = changed(&pod(name, owner, created, "Pending", &json!({})), "/spec/nodeName", Value::Null);
    let mut scheduled = condition("PodScheduled", "False", created);
    scheduled["reason"] = json!("Unschedulable");
    scheduled["message"] = json!(said);
    pod["status"] = json!({"conditions": [scheduled], "phase": "Pending", "qosClass": "Burstable"});
    pod
}

/// A pod that its node threw out.
pub(crate) fn evicted_pod(pod: &Value) -> Value {
    let mut pod = pod.clone();
    pod["status"] = json!({
        "message": "The node was low on resource: memory. Threshold quantity: 100Mi, available: 61040Ki.",
        "phase": "Failed",
        "reason": "Evicted",
        "startTime": pod["status"]["startTime"],
    });
    pod
}

/// A pod whose containers have all ended.
pub(crate) fn finished_pod(name: &str, owner: &Value, reason: &str, code: i64) -> Value {
    let phase = if code == 0 { "Succeeded" } else { "Failed" };
    turned(&pod(name, owner, 0, phase, &terminated(reason, code)), false, 0)
}

/// The pod with its first container, and thereby the pod itself, ready or not since then.
pub(crate) fn turned(pod: &Value, ready: bool, since: i64) -> Value {
    let mut pod = pod.clone();
    let status = if ready { "True" } else { "False" };
    pod["status"]["containerStatuses"][0]["ready"] = json!(ready);
    pod["status"]["conditions"][1] = condition("Ready", status, since);
    pod["status"]["conditions"][2] = condition("ContainersReady", status, since);
    pod
}

/// The pod with other values in the status of one of its containers.
pub(crate) fn with_status(pod: &Value, container: &str, status: &Value) -> Value {
    let mut pod = pod.clone();
    let statuses = pod["status"]["containerStatuses"].as_array_mut().expect("pods list their containers");
    let own = statuses.iter_mut().find(|it| it["name"] == container).expect("the container is there");
    for (key, value) in status.as_object().expect("a status is an object") {
        own[key.as_str()] = value.clone();
    }
    pod
}

/// The pod with a container that waits for that reason.
pub(crate) fn stuck(pod: &Value, container: &str, reason: &str, message: &str) -> Value {
    let state = json!({"waiting": {"message": message, "reason": reason}});
    with_status(pod, container, &json!({"ready": false, "started": false, "state": state}))
}

/// The pod with a container that exited twice with that code and is to be started again.
pub(crate) fn crash_loop(pod: &Value, container: &str, code: i64) -> Value {
    let reason = if code == 0 { "Completed" } else { "Error" };
    backing_off(pod, container, &terminated(reason, code))
}

/// The pod with a container that was killed twice for want of memory.
pub(crate) fn out_of_memory(pod: &Value, container: &str) -> Value {
    backing_off(pod, container, &terminated("OOMKilled", 137))
}

/// The pod with a container that ended twice so and is to be started again.
pub(crate) fn backing_off(pod: &Value, container: &str, last: &Value) -> Value {
    let pod = with_status(pod, container, &json!({"lastState": last, "restartCount": 1}));
    let said = format!("back-off 10s restarting failed container={container}");
    stuck(&pod, container, "CrashLoopBackOff", &said)
}

/// The pod with a container that ended so in a past life and runs since `started`.
pub(crate) fn recovered(pod: &Value, container: &str, last: &Value, started: i64) -> Value {
    let status = json!({
        "lastState": last,
        "ready": true,
        "restartCount": 1,
        "started": true,
        "state": running(started),
    });
    with_status(pod, container, &status)
}

/// The state of a container that runs.
pub(crate) fn running(started: i64) -> Value {
    json!({"running": {"startedAt": stamp(started)}})
}

/// The state of a container that ended.
pub(crate) fn terminated(reason: &str, code: i64) -> Value {
    json!({"terminated": {
        "containerID": "containerd://ab89f1b6a29e",
        "exitCode": code,
        "finishedAt": stamp(0),
        "reason": reason,
        "startedAt": stamp(0),
    }})
}

fn pod(name: &str, owner: &Value, created: i64, phase: &str, state: &Value) -> Value {
    let template = &owner["spec"]["template"];
    let mut body = owned(object("v1", "Pod", name), owner);
    body["metadata"]["creationTimestamp"] = json!(stamp(created));
    body["metadata"]["labels"] = template["metadata"]["labels"].clone();
    body["spec"] = template["spec"].clone();
    body["spec"]["nodeName"] = json!("node-a");
    body["spec"]["serviceAccount"] = json!("default");
    body["spec"]["serviceAccountName"] = json!("default");
    let conditions =
        ["PodScheduled", "Ready", "ContainersReady"].map(|kind| condition(kind, "True", created));
    let containers = template["spec"]["containers"].as_array().expect("templates list their containers");
    let statuses: Vec<Value> = containers.iter().map(|it| container_status(it, state)).collect();
    body["status"] = json!({
        "conditions": conditions,
        "containerStatuses": statuses,
        "phase": phase,
        "qosClass": "Burstable",
        "startTime": stamp(created),
    });
    body
}

fn container_status(container: &Value, state: &Value) -> Value {
    let runs = state.get("running").is_some();
    json!({
        "image": container["image"],
        "imageID": "",
        "lastState": {},
        "name": container["name"],
        "ready": runs,
        "restartCount": 0,
        "started": runs,
        "state": state,
    })
}

fn condition(kind: &str, status: &str, since: i64) -> Value {
    json!({
        "lastProbeTime": null,
        "lastTransitionTime": stamp(since),
        "observedGeneration": 1,
        "status": status,
        "type": kind,
    })
}
