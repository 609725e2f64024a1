//! The pod of a table's row: the word of the STATUS column back to phase, reason and states of containers.

use super::{
    LAST_RESTART, STATUS, age,
    partial::{annotate, set},
    table::Row,
};
use serde_json::{Value, json};

/// Containers that a row is believed to have at most.
const MOST: i64 = 256;
/// Reasons that stand for the whole pod, which has then failed.
const POD_REASONS: [&str; 9] = [
    "Evicted",
    "NodeLost",
    "NodeAffinity",
    "NodeShutdown",
    "Shutdown",
    "Terminated",
    "Preempting",
    "UnexpectedAdmissionError",
    "DeadlineExceeded",
];

/// Fills in what the row tells about the pod.
pub(super) fn fill(pod: &mut Value, row: &Row) {
    let (ready, total) =
        row.pair("READY").map_or((0, 0), |(ready, total)| (ready.min(MOST), total.min(MOST)));
    let word = row.get("STATUS").unwrap_or("Unknown");
    let (restarts, ago) = row.get("RESTARTS").and_then(age::restarts).unwrap_or((0, None));
    annotate(pod, STATUS, word);
    if let Some(ago) = ago {
        annotate(pod, LAST_RESTART, ago);
    }
    set(pod, &["spec", "nodeName"], row.get("NODE"));
    set(pod, &["status", "podIP"], row.get("IP"));
    let seen = Seen { ready, total, restarts };
    set(pod, &["status", "phase"], Some(phase(word, &seen)));
    if is_pod_reason(word) {
        return set(pod, &["status", "reason"], Some(word));
    }
    if let Some(init) = word.strip_prefix("Init:") {
        initializing(pod, init, &seen);
    } else if word == "SchedulingGated" || (word == "Pending" && row.has("NODE") && row.get("NODE").is_none())
    {
        let reason = (word == "SchedulingGated").then_some(word);
        let mut condition = json!({"type": "PodScheduled", "status": "False"});
        set(&mut condition, &["reason"], reason);
        return set(pod, &["status", "conditions"], Some(json!([condition])));
    } else if !matches!(word, "Terminating" | "Unknown" | "Pending") {
        set(pod, &["status", "containerStatuses"], Some(containers(word, &seen)));
    }
    conditions(pod, word, &seen);
}

struct Seen {
    ready: i64,
    total: i64,
    restarts: i64,
}

fn is_pod_reason(word: &str) -> bool {
    POD_REASONS.contains(&word) || word.starts_with("OutOf")
}

fn phase(word: &str, seen: &Seen) -> &'static str {
    let is_end = |word: &str| matches!(word, "Error" | "OOMKilled" | "StartError" | "ContainerCannotRun");
    match word {
        "Running" | "NotReady" | "Terminating" => "Running",
        "Succeeded" | "Completed" => "Succeeded",
        "Failed" => "Failed",
        "Unknown" => "Unknown",
        _ if is_pod_reason(word) => "Failed",
        // A container that has ended once and never restarted belongs to a pod that does not restart it.
        _ if (is_end(word) || word.starts_with("ExitCode:")) && seen.restarts == 0 && seen.ready == 0 => {
            "Failed"
        }
        _ if word.starts_with("Init:") => "Pending",
        "Pending" | "ContainerCreating" | "PodInitializing" | "SchedulingGated" => "Pending",
        _ if seen.ready > 0 || seen.restarts > 0 => "Running",
        _ if is_end(word) || word.starts_with("Crash") || word.starts_with("RunContainer") => "Running",
        _ => "Pending",
    }
}

/// The state for a word: ended for the reasons of an end, waiting for all others.
fn state(word: &str) -> Value {
    if let Some(code) = word.strip_prefix("ExitCode:").and_then(|code| code.parse::<i32>().ok()) {
        return json!({"terminated": {"reason": "Error", "exitCode": code}});
    }
    if let Some(signal) = word.strip_prefix("Signal:").and_then(|signal| signal.parse::<u8>().ok()) {
        return json!({"terminated": {"reason": "Error", "signal": signal, "exitCode": 128 + i32::from(signal)}});
    }
    match word {
        "Running" | "NotReady" => json!({"running": {}}),
        "Completed" | "Succeeded" => json!({"terminated": {"reason": "Completed", "exitCode": 0}}),
        "OOMKilled" => json!({"terminated": {"reason": word, "exitCode": 137}}),
        "StartError" => json!({"terminated": {"reason": word, "exitCode": 128}}),
        // The table does not tell the code, and a code that is not told is not made up.
        "Error" | "Failed" => json!({"terminated": {"reason": "Error"}}),
        "ContainerCannotRun" | "ContainerStatusUnknown" => json!({"terminated": {"reason": word}}),
        _ => json!({"waiting": {"reason": word}}),
    }
}

/// The container in trouble comes first, because the word is about it and most likely the restarts too.
fn containers(word: &str, seen: &Seen) -> Value {
    let unready = (seen.total - seen.ready).max(0);
    let all_alike =
        matches!(word, "ContainerCreating" | "PodInitializing" | "Completed" | "Succeeded" | "Failed");
    let status = |index: i64| {
        let is_ready = index >= unready;
        let state = match (is_ready, index == 0 || all_alike) {
            (false, true) => state(word),
            (true, _) | (false, false) => json!({"running": {}}),
        };
        let restarts = if index == 0 { seen.restarts } else { 0 };
        json!({"name": "", "ready": is_ready, "restartCount": restarts, "state": state})
    };
    Value::Array((0..seen.total).map(status).collect())
}

/// `Init:0/2` or `Init:CrashLoopBackOff`.
fn initializing(pod: &mut Value, word: &str, seen: &Seen) {
    let done = json!({"terminated": {"reason": "Completed", "exitCode": 0}});
    let waiting = json!({"waiting": {"reason": "PodInitializing"}});
    let status = |ready: bool, restarts: i64, state: Value| json!({"name": "", "ready": ready, "restartCount": restarts, "state": state});
    let inits: Vec<Value> = match super::table::pair(word) {
        Some((at, total)) => (0..total.min(MOST))
            .map(|index| match index.cmp(&at) {
                std::cmp::Ordering::Less => status(true, 0, done.clone()),
                std::cmp::Ordering::Equal => status(false, seen.restarts, json!({"running": {}})),
                std::cmp::Ordering::Greater => status(false, 0, waiting.clone()),
            })
            .collect(),
        None => vec![status(false, seen.restarts, state(word))],
    };
    set(pod, &["status", "initContainerStatuses"], Some(Value::Array(inits)));
    let mains: Vec<Value> = (0..seen.total).map(|_| status(false, 0, waiting.clone())).collect();
    set(pod, &["status", "containerStatuses"], Some(Value::Array(mains)));
}

fn conditions(pod: &mut Value, word: &str, seen: &Seen) {
    if matches!(word, "Unknown" | "Terminating") || seen.total == 0 {
        return;
    }
    let is_ready = seen.ready == seen.total && word == "Running";
    let status = if is_ready { "True" } else { "False" };
    let reason =
        if matches!(word, "Completed" | "Succeeded") { "PodCompleted" } else { "ContainersNotReady" };
    let reason = (!is_ready).then_some(reason);
    let conditions = ["Ready", "ContainersReady"].map(|kind| {
        let mut condition = json!({"type": kind, "status": status});
        set(&mut condition, &["reason"], reason);
        condition
    });
    set(pod, &["status", "conditions"], Some(Value::from(conditions.to_vec())));
}
