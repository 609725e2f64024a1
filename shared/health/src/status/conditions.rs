//! What the conditions of any custom resource say together.

use serde_json::Value;

use super::{
    health::{
        Health::{Degraded, Healthy, Progressing, Suspended},
        ObjectHealth,
    },
    reason,
};
use crate::view;

/// Conditions that are bad news when they are `True`.
const BAD: &str = "Degraded Failed Failure Stalled Error Errored ReconcileError HasErrors Invalid Unhealthy Failing \
    ReconcileFailed InvalidSpec SpecError ConfigError ErrorOccurred Terminal Faulted Misconfigured NotAccepted";
/// Conditions that say that somebody stopped it.
const STOPPED: &str = "Paused Suspended Hibernated Stopped";
/// Conditions that say that work goes on.
const BUSY: &str = "Progressing Reconciling Updating Installing Creating Provisioning Upgrading Initializing Deploying \
    RollingOut Issuing Pending Restoring Migrating InProgress";
/// Conditions that all have to be `True`, the weightiest first.
const GOOD: &str = "Ready Available Healthy Succeeded Successful Established Synced Reconciled Accepted Programmed \
    ResolvedRefs Installed Valid Provisioned Applied Admitted Compliant Deployed Configured NamesAccepted ReconcileSuccess \
    Synchronized Initialized Created Complete Completed Enforced Connected Registered Operational Reachable";
/// Of those, the ones whose `False` only means that the end is not reached.
const AT_THE_END: &str = "Complete Completed Created Provisioned Initialized";
fn conditions(object: &Value) -> &[Value] {
    view::list(object, &["status", "conditions"])
}

fn named<'a>(object: &'a Value, names: &'a str) -> impl Iterator<Item = &'a Value> {
    names.split_whitespace().filter_map(|name| view::condition(object, name))
}

/// The verdict of the conditions whose names many controllers share.
pub(super) fn by_known(object: &Value) -> Option<ObjectHealth> {
    let is = |condition: &&Value, status: &str| reason::status(condition) == status;
    if let Some(bad) = named(object, BAD).find(|condition| is(condition, "True")) {
        return Some(Degraded.because(reason::sentence(bad)));
    }
    if let Some(ended) =
        named(object, "Progressing").find(|condition| is(condition, "False") && has_failed(condition))
    {
        return Some(Degraded.because(reason::sentence(ended)));
    }
    if let Some(stopped) = named(object, STOPPED).find(|condition| is(condition, "True")) {
        return Some(Suspended.because(reason::sentence(stopped)));
    }
    if let Some(wrong) = named(object, GOOD).find(|condition| is(condition, "False")) {
        return Some(not_yet_or_never(object, wrong));
    }
    if let Some(busy) = named(object, BUSY).find(|condition| is(condition, "True") && !is_over(condition)) {
        return Some(Progressing.because(reason::sentence(busy)));
    }
    if let Some(open) = named(object, GOOD).find(|condition| !is(condition, "True")) {
        return Some(undecided(open));
    }
    named(object, GOOD).next().map(|good| settled(object, good))
}

/// A condition that is neither `True` nor `False`, which may still name an error.
fn undecided(condition: &Value) -> ObjectHealth {
    let health = if reason::is_wrong(view::text(condition, &["reason"])) { Degraded } else { Progressing };
    health.because(reason::sentence(condition))
}

/// A condition may be older than the newest spec.
fn settled(object: &Value, condition: &Value) -> ObjectHealth {
    let wanted = view::count(object, &["metadata", "generation"]);
    let seen = view::at(condition, &["observedGeneration"]).as_u64();
    if seen.is_some_and(|seen| seen > 0 && seen < wanted) {
        return Progressing.because("the controller has not seen the newest spec yet");
    }
    Healthy.because(reason::sentence(condition))
}

fn not_yet_or_never(object: &Value, condition: &Value) -> ObjectHealth {
    let kind = view::text(condition, &["type"]);
    let is_busy = named(object, BUSY).any(|busy| reason::status(busy) == "True" && !is_over(busy));
    let why = view::text(condition, &["reason"]);
    let goes_on = !reason::is_wrong(why)
        && (is_busy || AT_THE_END.split_whitespace().any(|name| name == kind) || reason::is_under_way(why));
    if goes_on { Progressing } else { Degraded }.because(reason::sentence(condition))
}

fn has_failed(condition: &Value) -> bool {
    let why = view::text(condition, &["reason"]);
    reason::is_wrong(why) || why.ends_with("Aborted")
}

/// `Progressing` stays `True` after a rollout of the style of Deployments.
fn is_over(condition: &Value) -> bool {
    let reason = view::text(condition, &["reason"]);
    ["Available", "Complete", "Completed", "AsExpected", "Succeeded"].iter().any(|end| reason.ends_with(end))
}

/// Conditions with names of their own: `DashboardSynchronized`, `CertificateReady`, `UploadFailed`.
pub(super) fn by_ending(object: &Value) -> Option<ObjectHealth> {
    let ends = |condition: &Value, ends: &[&str]| {
        let kind = view::text(condition, &["type"]);
        ends.iter().any(|end| kind.ends_with(end))
    };
    let is_bad = |condition: &&Value| {
        ends(
            condition,
            &["Failed", "Error", "Degraded", "Invalid", "Failure", "Unhealthy", "Occurred", "Conflict"],
        )
    };
    let is_known = |condition: &&Value| {
        let kind = view::text(condition, &["type"]);
        [BAD, STOPPED, BUSY].iter().any(|names| names.split_whitespace().any(|name| name == kind))
    };
    let (bad, rest): (Vec<&Value>, Vec<&Value>) =
        conditions(object).iter().filter(|condition| !is_known(condition)).partition(is_bad);
    if let Some(bad) = bad.iter().find(|condition| reason::status(condition) == "True") {
        return Some(Degraded.because(reason::sentence(bad)));
    }
    if let Some(open) = rest.iter().find(|condition| reason::status(condition) == "False") {
        return Some(not_yet_or_never(object, open));
    }
    if let Some(open) = rest.iter().find(|condition| reason::status(condition) != "True") {
        return Some(Progressing.because(reason::sentence(open)));
    }
    rest.first().map(|good| Healthy.because(reason::sentence(good)))
}
