//! The state of an object in a word or two.

use super::{pod, tokens::word};
use chiron_model::{Observation, Operation, Quantity};
use serde_json::Value;
use std::cmp::Ordering;

/// The state of an object, such as `Running/Ready`; `Added` or `Changed` for kinds that have none.
pub(super) fn state_of(observation: &Observation) -> String {
    let body = &observation.body;
    let plain = match observation.object.kind.as_str() {
        "Pod" => return pod::state_of(body),
        "Deployment" => return deployment(body),
        "HorizontalPodAutoscaler" => return autoscaler(body),
        "PersistentVolumeClaim" | "PersistentVolume" | "Namespace" => {
            return word(body["status"]["phase"].as_str().unwrap_or("New"));
        }
        "Job" => return job(body),
        "Node" => return node(body),
        "ReplicaSet" | "StatefulSet" | "ReplicationController" => replicas(body),
        "DaemonSet" => daemons(body),
        "CronJob" => cron_job(body),
        "EndpointSlice" => endpoints(body),
        "ResourceQuota" if is_exhausted(body) => "Exhausted",
        _ if observation.operation == Operation::Add => "Added",
        _ => "Changed",
    };
    plain.to_owned()
}

/// The status of a condition of the object: `True`, `False` or `Unknown`.
pub(super) fn condition<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    body["status"]["conditions"].as_array()?.iter().find(|it| it["type"] == name)
}

/// Whether a condition of the object is true.
pub(super) fn holds(body: &Value, name: &str) -> bool {
    condition(body, name).is_some_and(|it| it["status"] == "True")
}

/// Whether the controller has not yet seen what is wanted now.
fn is_unseen(body: &Value) -> bool {
    number(&body["status"]["observedGeneration"]) < number(&body["metadata"]["generation"])
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

/// Whether it is available, and how the rollout goes or what hinders it.
fn deployment(body: &Value) -> String {
    if is_unseen(body) {
        return "Changed".to_owned();
    }
    let available = if holds(body, "Available") { "Available" } else { "Unavailable" };
    let failure = condition(body, "ReplicaFailure").filter(|it| it["status"] == "True");
    match failure.or_else(|| condition(body, "Progressing")).and_then(|it| it["reason"].as_str()) {
        Some(reason) => format!("{available}/{}", word(reason)),
        None => available.to_owned(),
    }
}

fn replicas(body: &Value) -> &'static str {
    let (spec, status) = (&body["spec"], &body["status"]);
    let wanted = spec["replicas"].as_u64().unwrap_or(1);
    if is_unseen(body) {
        return "Changed";
    }
    if holds(body, "ReplicaFailure") {
        return "Failing";
    }
    let is_rolling =
        status["updateRevision"].is_string() && status["updateRevision"] != status["currentRevision"];
    match number(&status["replicas"]).cmp(&wanted) {
        Ordering::Less => "Growing",
        Ordering::Greater => "Shrinking",
        Ordering::Equal if wanted == 0 => "Empty",
        Ordering::Equal if number(&status["readyReplicas"]) < wanted => "Waiting",
        Ordering::Equal if is_rolling => "Rolling",
        Ordering::Equal => "Ready",
    }
}

fn daemons(body: &Value) -> &'static str {
    let status = &body["status"];
    let wanted = number(&status["desiredNumberScheduled"]);
    if is_unseen(body) {
        "Changed"
    } else if number(&status["updatedNumberScheduled"]) < wanted {
        "Rolling"
    } else if number(&status["numberReady"]) < wanted {
        "Waiting"
    } else {
        "Ready"
    }
}

fn job(body: &Value) -> String {
    let status = &body["status"];
    let failed = condition(body, "Failed").filter(|it| it["status"] == "True");
    if let Some(failed) = failed {
        return format!("Failed/{}", word(failed["reason"].as_str().unwrap_or_default()));
    }
    let has_failures = number(&status["failed"]) > 0;
    let state = if holds(body, "Complete") {
        "Complete"
    } else if holds(body, "Suspended") {
        "Suspended"
    } else if holds(body, "SuccessCriteriaMet") || holds(body, "FailureTarget") {
        "Ending"
    } else if number(&status["active"]) > 0 {
        if has_failures { "Retrying" } else { "Active" }
    } else if has_failures {
        "Failing"
    } else {
        "Idle"
    };
    state.to_owned()
}

fn cron_job(body: &Value) -> &'static str {
    if body["spec"]["suspend"] == true {
        "Suspended"
    } else if body["status"]["active"].as_array().is_some_and(|it| !it.is_empty()) {
        "Active"
    } else {
        "Idle"
    }
}

fn autoscaler(body: &Value) -> String {
    let hindered = ["AbleToScale", "ScalingActive"]
        .into_iter()
        .find_map(|name| condition(body, name).filter(|it| it["status"] == "False"));
    if let Some(hindered) = hindered {
        return word(hindered["reason"].as_str().unwrap_or_default());
    }
    let status = &body["status"];
    let is_steady = number(&status["currentReplicas"]) == number(&status["desiredReplicas"]);
    let state = match (is_steady, holds(body, "ScalingLimited")) {
        (false, _) => "Scaling",
        (true, true) => "Limited",
        (true, false) => "Steady",
    };
    state.to_owned()
}

/// Which share of the endpoints is ready; a condition that is not given means ready.
fn endpoints(body: &Value) -> &'static str {
    let all = body["endpoints"].as_array().map_or(&[][..], Vec::as_slice);
    let ready = all.iter().filter(|it| it["conditions"]["ready"] != false).count();
    if all.is_empty() {
        "Empty"
    } else if ready == all.len() {
        "Ready"
    } else if ready > 0 {
        "Partial"
    } else {
        "NotReady"
    }
}

/// What is wrong with the node, or that it is ready.
fn node(body: &Value) -> String {
    let pressure = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];
    let state = match condition(body, "Ready").and_then(|it| it["status"].as_str()) {
        Some("True") => pressure.into_iter().find(|name| holds(body, name)).unwrap_or("Ready"),
        Some("False") => "NotReady",
        _ => "Unknown",
    };
    let is_cordoned = body["spec"]["unschedulable"] == true;
    if is_cordoned { format!("{state}/Cordoned") } else { state.to_owned() }
}

/// Whether nothing is left of something that the quota limits.
fn is_exhausted(body: &Value) -> bool {
    let (hard, used) = (&body["status"]["hard"], &body["status"]["used"]);
    let limits = hard.as_object().into_iter().flatten();
    limits.into_iter().any(|(name, limit)| {
        matches!(Quantity::compare(&used[name], limit), Some(Ordering::Greater | Ordering::Equal))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_deployment_tells_whether_it_is_available_and_how_it_goes_on() {
        let conditions = json!([
            {"type": "Available", "status": "True"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
        ]);
        let fine = json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 2, "conditions": conditions}});
        let changed = json!({"metadata": {"generation": 3}, "status": {"observedGeneration": 2, "conditions": conditions}});

        assert_eq!(deployment(&fine), "Available/NewReplicaSetAvailable");
        assert_eq!(deployment(&changed), "Changed");
    }

    #[test]
    fn what_hinders_a_deployment_comes_before_its_progress() {
        let body = json!({"status": {"conditions": [
            {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"},
            {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"},
        ]}});

        assert_eq!(deployment(&body), "Unavailable/FailedCreate");
    }

    #[test]
    fn replicas_grow_wait_and_are_ready() {
        let state = |wanted: u64, has: u64, ready: u64| {
            replicas(
                &json!({"spec": {"replicas": wanted}, "status": {"replicas": has, "readyReplicas": ready}}),
            )
        };

        let states = [state(2, 0, 0), state(2, 2, 1), state(2, 2, 2), state(1, 2, 2), state(0, 0, 0)];

        assert_eq!(states, ["Growing", "Waiting", "Ready", "Shrinking", "Empty"]);
    }

    #[test]
    fn a_job_retries_before_it_fails() {
        let retrying = json!({"status": {"active": 1, "failed": 2}});
        let failed = json!({"status": {"failed": 3, "conditions": [
            {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}});

        assert_eq!(job(&retrying), "Retrying");
        assert_eq!(job(&failed), "Failed/BackoffLimitExceeded");
    }

    #[test]
    fn a_service_without_endpoints_is_empty() {
        let ready = json!({"endpoints": [{"conditions": {"ready": true}}, {"conditions": {}}]});
        let partial =
            json!({"endpoints": [{"conditions": {"ready": false}}, {"conditions": {"ready": true}}]});

        assert_eq!(endpoints(&json!({"endpoints": null})), "Empty");
        assert_eq!(endpoints(&ready), "Ready");
        assert_eq!(endpoints(&partial), "Partial");
    }

    #[test]
    fn a_node_under_pressure_is_not_just_ready() {
        let body = json!({"spec": {"unschedulable": true}, "status": {"conditions": [
            {"type": "Ready", "status": "True"}, {"type": "DiskPressure", "status": "True"}]}});

        assert_eq!(node(&body), "DiskPressure/Cordoned");
        assert_eq!(node(&json!({})), "Unknown");
    }

    #[test]
    fn a_quota_is_exhausted_when_one_of_its_limits_is_reached() {
        let body = |used: &str| json!({"status": {"hard": {"pods": "3", "requests.cpu": "500m"}, "used": {"pods": "1", "requests.cpu": used}}});

        assert!(is_exhausted(&body("0.5")));
        assert!(!is_exhausted(&body("400m")));
        assert!(!is_exhausted(&json!({})));
    }
}
