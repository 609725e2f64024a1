//! Pods: what counts as healthy depends on whether the pod is meant to end.

use serde_json::Value;

use super::{
    health::{
        Health::{Degraded, Healthy, Progressing, Unknown},
        ObjectHealth,
    },
    reason,
};
use crate::view;

/// Reasons to wait that no restart gets a pod out of, whatever its restart policy.
const HOPELESS: &[&str] = &[
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "CreateContainerConfigError",
];

/// A pod in any phase of its life.
pub(super) fn pod(object: &Value) -> ObjectHealth {
    let phase = view::text(object, &["status", "phase"]);
    match phase {
        "Succeeded" => Healthy.because(reason::told(object, "the pod has succeeded")),
        "Failed" => Degraded.because(failure(object)),
        "Running" | "Pending" | "" => stuck(object).unwrap_or_else(|| alive(object, phase)),
        _ => Unknown.because(reason::told(object, &format!("phase is {}", reason::line(phase)))),
    }
}

fn alive(object: &Value, phase: &str) -> ObjectHealth {
    match phase {
        "Running" if !restarts_always(object) => Progressing.because("the pod has not ended yet"),
        "Running" if view::has_condition(object, "Ready", "True") => Healthy.because("the pod is ready"),
        "Running" => not_ready(object),
        "Pending" => Progressing.because(pending(object)),
        _ => Progressing.because("waiting for a status"),
    }
}

/// A container that died before and is not ready again makes the pod degraded.
fn not_ready(object: &Value) -> ObjectHealth {
    let died =
        view::statuses(object).find(|status| !view::at(status, &["lastState", "terminated"]).is_null());
    match died {
        Some(status) => {
            let last = view::at(status, &["lastState", "terminated"]);
            Degraded.because(ended(status, last))
        }
        None => Progressing.because(
            view::condition(object, "Ready")
                .map_or_else(|| "the pod is not ready".to_owned(), reason::sentence),
        ),
    }
}

fn stuck(object: &Value) -> Option<ObjectHealth> {
    let always = restarts_always(object);
    let waiting = |status: &&Value| {
        let why = view::text(status, &["state", "waiting", "reason"]);
        HOPELESS.contains(&why)
            || (always && (why.starts_with("Err") || why.ends_with("Error") || why.ends_with("BackOff")))
    };
    view::statuses(object).find(waiting).map(|status| {
        let wait = view::at(status, &["state", "waiting"]);
        let name = view::text(status, &["name"]);
        let [why, message] = ["reason", "message"].map(|key| view::text(wait, &[key]));
        let message = if message.is_empty() { String::new() } else { format!(": {}", reason::line(message)) };
        Degraded.because(format!("container {name} waits, {why}{message}"))
    })
}

fn pending(object: &Value) -> String {
    let scheduled =
        view::condition(object, "PodScheduled").filter(|condition| reason::status(condition) == "False");
    scheduled.map_or_else(|| reason::told(object, "the pod has not started yet"), reason::sentence)
}

fn failure(object: &Value) -> String {
    let ended_badly = view::statuses(object)
        .map(|status| (status, view::at(status, &["state", "terminated"])))
        .find(|(_, end)| view::count(end, &["exitCode"]) != 0 || view::text(end, &["reason"]) == "OOMKilled");
    match ended_badly {
        Some((status, end)) if view::text(object, &["status", "message"]).is_empty() => ended(status, end),
        _ => reason::told(object, "the pod has failed"),
    }
}

fn ended(status: &Value, end: &Value) -> String {
    let name = view::text(status, &["name"]);
    let code = view::at(end, &["exitCode"]).as_i64().unwrap_or(0);
    match view::text(end, &["reason"]) {
        "" => format!("container {name} ended with exit code {code}"),
        why => format!("container {name} ended with exit code {code} ({why})"),
    }
}

fn restarts_always(object: &Value) -> bool {
    matches!(view::text(object, &["spec", "restartPolicy"]), "Always" | "")
}
