//! The state of a pod: what its containers wait for or died of comes before its phase.

use super::{
    state::{condition, holds},
    tokens::word,
};
use serde_json::Value;

/// What every container waits for at its start.
const USUAL_WAITS: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// The state of a pod, such as `Waiting/ImagePullBackOff`.
pub(super) fn state_of(body: &Value) -> String {
    let status = &body["status"];
    let phase = status["phase"].as_str().unwrap_or("Pending");
    if !body["metadata"]["deletionTimestamp"].is_null() {
        return "Terminating".to_owned();
    }
    if let Some(state) = trouble(status) {
        return state;
    }
    match phase {
        "Pending" => pending(body).to_owned(),
        "Running" if holds(body, "Ready") => "Running/Ready".to_owned(),
        "Running" => "Running/NotReady".to_owned(),
        "Failed" => match status["reason"].as_str() {
            Some(reason) => format!("Failed/{}", word(reason)),
            None => "Failed".to_owned(),
        },
        other => word(other),
    }
}

/// What the first container that is in trouble waits for or died of.
fn trouble(status: &Value) -> Option<String> {
    let lists = [&status["initContainerStatuses"], &status["containerStatuses"]];
    let mut states = lists.into_iter().filter_map(Value::as_array).flatten().map(|it| &it["state"]);
    states.find_map(|state| {
        let waiting = state["waiting"]["reason"].as_str().filter(|it| !USUAL_WAITS.contains(it));
        let ended = &state["terminated"];
        let died = ended["reason"].as_str().filter(|_| ended["exitCode"].as_i64().unwrap_or(0) != 0);
        waiting
            .map(|reason| format!("Waiting/{}", word(reason)))
            .or_else(|| died.map(|reason| format!("Terminated/{}", word(reason))))
    })
}

/// How far a pod is that does not run yet.
fn pending(body: &Value) -> &'static str {
    let has_containers = body["status"]["containerStatuses"].as_array().is_some_and(|it| !it.is_empty());
    match condition(body, "PodScheduled").and_then(|it| it["status"].as_str()) {
        None => "Pending/New",
        Some("True") if has_containers => "Pending/Starting",
        Some("True") => "Pending/Scheduled",
        Some(_) => "Pending/Unschedulable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_running_pod_that_waits_after_a_crash_is_in_trouble() {
        let body = json!({"status": {"phase": "Running", "containerStatuses": [
            {"state": {"running": {}}},
            {"state": {"waiting": {"reason": "CrashLoopBackOff"}}},
        ]}});

        assert_eq!(state_of(&body), "Waiting/CrashLoopBackOff");
    }

    #[test]
    fn a_container_that_completed_is_no_trouble() {
        let body = |code: u8, reason: &str| {
            json!({"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"state": {"terminated": {"reason": reason, "exitCode": code}}}]}})
        };

        assert_eq!(state_of(&body(0, "Completed")), "Running/Ready");
        assert_eq!(state_of(&body(137, "OOMKilled")), "Terminated/OOMKilled");
    }

    #[test]
    fn a_pending_pod_tells_how_far_it_is() {
        let scheduled = |status: &str| json!({"status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": status}]}});

        assert_eq!(state_of(&json!({"status": {"phase": "Pending"}})), "Pending/New");
        assert_eq!(state_of(&scheduled("False")), "Pending/Unschedulable");
        assert_eq!(state_of(&scheduled("True")), "Pending/Scheduled");
    }

    #[test]
    fn an_evicted_pod_has_failed_for_that_reason() {
        assert_eq!(state_of(&json!({"status": {"phase": "Failed", "reason": "Evicted"}})), "Failed/Evicted");
    }

    #[test]
    fn a_pod_that_is_being_deleted_is_terminating_whatever_else() {
        let body = json!({"metadata": {"deletionTimestamp": "2026-11-21T04:17:29Z"}, "status": {"phase": "Running"}});

        assert_eq!(state_of(&body), "Terminating");
    }
}
