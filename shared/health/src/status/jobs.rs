//! Jobs, and the schedules that make them.

use serde_json::Value;

use super::{
    health::{
        Health::{Degraded, Healthy, Progressing, Suspended},
        ObjectHealth,
    },
    reason,
};
use crate::view;

/// A Job: failed, complete, suspended or at work.
pub(super) fn job(object: &Value) -> ObjectHealth {
    let holds =
        |kind: &str| view::condition(object, kind).filter(|condition| reason::status(condition) == "True");
    if let Some(failed) = holds("Failed").or_else(|| holds("FailureTarget")) {
        return Degraded.because(reason::sentence(failed));
    }
    if let Some(complete) = holds("Complete") {
        return Healthy.because(reason::sentence(complete));
    }
    if let Some(suspended) = holds("Suspended") {
        return Suspended.because(reason::sentence(suspended));
    }
    if view::at(object, &["spec", "suspend"]).as_bool() == Some(true) {
        return Suspended.because("spec.suspend is true");
    }
    let [active, succeeded, failed] =
        ["active", "succeeded", "failed"].map(|key| view::count(object, &["status", key]));
    Progressing.because(format!("{active} pods at work, {succeeded} succeeded, {failed} failed"))
}

/// A schedule is healthy unless its last run ended without success; a suspended one does what it was told.
pub(super) fn cron_job(object: &Value) -> ObjectHealth {
    if view::at(object, &["spec", "suspend"]).as_bool() == Some(true) {
        return Healthy.because("suspended");
    }
    if !view::list(object, &["status", "active"]).is_empty() {
        return Healthy.because("a job is at work");
    }
    let [scheduled, succeeded] =
        ["lastScheduleTime", "lastSuccessfulTime"].map(|key| view::time(object, &["status", key]));
    match (scheduled, succeeded) {
        (None, _) => Healthy.because("not yet scheduled"),
        (Some(_), None) => Healthy.because("no job has succeeded so far"),
        (Some(scheduled), Some(succeeded)) if succeeded < scheduled => {
            Degraded.because("the last job did not succeed")
        }
        (Some(_), Some(_)) => Healthy.because("the last job succeeded"),
    }
}
