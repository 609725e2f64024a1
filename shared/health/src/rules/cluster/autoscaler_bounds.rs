//! Autoscalers that cannot scale what they are told to.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity};
use std::time::Duration;

/// What is applied together appears one after the other.
const PATIENCE: Duration = Duration::from_secs(90);
const REASONS: &[&str] = &["FailedGetScale", "FailedUpdateScale"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "autoscaler-unable",
        kinds: &["HorizontalPodAutoscaler"],
        conditions: REASONS,
        about: "An autoscaler could not read or write the size of its target for 90 s, mostly because there is no \
                such target. One that waits between two steps is healthy.",
        remedy: "Name a target that exists in spec.scaleTargetRef, or delete an autoscaler that nobody needs.",
        link: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    },
    check,
};

fn check(world: &World, autoscaler: &Tracked) -> Vec<Verdict> {
    unable(world, autoscaler).into_iter().collect()
}

fn unable(world: &World, autoscaler: &Tracked) -> Option<Verdict> {
    let able = condition(&autoscaler.body, "AbleToScale").filter(|it| text(it, &["status"]) == "False")?;
    let reason = text(able, &["reason"]);
    if !REASONS.contains(&reason) {
        return None;
    }
    let since = time(able, &["lastTransitionTime"]).unwrap_or(autoscaler.seen_at);
    if let Some(pending) = world.waits_until(since.plus(PATIENCE)) {
        return Some(pending);
    }
    let said = text(able, &["message"]);
    let quote = format!("{}: AbleToScale is False: {reason}: {said}", autoscaler.reference.title());
    let target = at(&autoscaler.body, &["spec", "scaleTargetRef"]);
    let (kind, name) = (text(target, &["kind"]), text(target, &["name"]));
    let is_missing = world.is_missing(kind, &autoscaler.reference.namespace, name)
        || (reason == "FailedGetScale" && said.contains("not found") && said.contains(name));
    let message = if is_missing {
        format!("The autoscaler is to scale {kind} {name}, which does not exist.")
    } else {
        format!("The autoscaler cannot scale {kind} {name}: {said}")
    };
    let symptom = Symptom::new(reason, Severity::Warning, message).knowing("said", said).quoting(
        autoscaler.observation,
        autoscaler.seen_at,
        quote,
    );
    Some(Verdict::Sick(if is_missing {
        let field = "spec.scaleTargetRef.name";
        symptom.blaming(
            Mechanism::AutoscalerCannotCompute,
            &autoscaler.reference,
            field,
            at(target, &["name"]),
        )
    } else {
        symptom
    }))
}
