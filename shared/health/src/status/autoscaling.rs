//! Pod autoscalers, whose conditions moved from an annotation (v1) into the status.

use serde_json::Value;

use super::{
    health::{
        Health::{Degraded, Healthy, Progressing},
        ObjectHealth,
    },
    reason,
};
use crate::view;

const ANNOTATION: &str = "autoscaling.alpha.kubernetes.io/conditions";

/// A pod autoscaler of any version.
pub(super) fn pod_autoscaler(object: &Value) -> ObjectHealth {
    let annotated = view::text(object, &["metadata", "annotations", ANNOTATION]);
    let parsed = serde_json::from_str::<Vec<Value>>(annotated).unwrap_or_default();
    let own = view::list(object, &["status", "conditions"]);
    judge(if own.is_empty() { &parsed } else { own })
}

fn judge(conditions: &[Value]) -> ObjectHealth {
    let of = |kind: &str| conditions.iter().find(|condition| view::text(condition, &["type"]) == kind);
    let Some(able) = of("AbleToScale") else {
        return Progressing.because("waiting for a status");
    };
    let is_able = reason::status(able) == "True";
    let why = view::text(able, &["reason"]);
    let active = of("ScalingActive");
    // Pods that were just made have no metrics yet: that is no fault.
    if is_able && why == "SucceededRescale" {
        return Healthy.because(reason::sentence(able));
    }
    if reason::is_wrong(why) {
        return Degraded.because(reason::sentence(able));
    }
    // A target scaled to zero by hand switches the autoscaler off: nothing is wrong then.
    if let Some(off) = active.filter(|active| reason::status(active) == "False" && !is_off(active)) {
        return Degraded.because(reason::sentence(off));
    }
    match of("ScalingLimited").or(active) {
        Some(settled) if is_able => Healthy.because(reason::sentence(settled)),
        None if is_able && why == "ReadyForNewScale" => Healthy.because(reason::sentence(able)),
        Some(_) | None => Progressing.because(reason::sentence(able)),
    }
}

fn is_off(condition: &Value) -> bool {
    view::text(condition, &["reason"]) == "ScalingDisabled"
}
