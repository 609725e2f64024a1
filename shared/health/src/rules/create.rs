//! Pods that may not be created.

use super::{Rule, RuleDoc};
use crate::{
    standing::{is_whole, standing},
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{condition, text},
    world::World,
};
use chiron_model::{Severity, Timestamp};
use std::time::Duration;

/// Controllers try again at ever longer intervals; a refusal stands for this long without a success.
const STANDS_FOR: Duration = Duration::from_mins(20);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "create-refused",
        kinds: &["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"],
        conditions: &["FailedCreate"],
        about: "A controller may not create pods: a quota, a limit range, a missing service account or an admission \
                rule refuses them. It holds until the controller succeeds.",
        remedy: "Read which quota, limit range, admission webhook or service account refuses the pods; raise the \
                 quota or shrink the requests, with approval.",
        link: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    },
    check,
};

fn check(world: &World, owner: &Tracked) -> Vec<Verdict> {
    refused(world, owner).map(Verdict::Sick).into_iter().collect()
}

fn refused(world: &World, owner: &Tracked) -> Option<Symptom> {
    if standing(&owner.body).is_some_and(|it| it.desired == 0) {
        return None;
    }
    let failure = condition(&owner.body, "ReplicaFailure").filter(|it| text(it, &["status"]) == "True");
    let event = latest(world, owner, "FailedCreate");
    let said = match (failure, event) {
        (Some(failure), _) => text(failure, &["message"]).to_owned(),
        (None, Some(event)) if still_stands(world, owner, event) => event.note.clone(),
        (None, _) => return None,
    };
    let severity = if world.is_serving(owner) { Severity::Warning } else { Severity::Critical };
    let mut symptom = Symptom::new("FailedCreate", severity, format!("Pods may not be created: {said}"))
        .knowing("said", said.clone());
    for (key, value) in quota_figures(&said) {
        symptom = symptom.knowing(key, value);
    }
    if let Some(missing) = standing(&owner.body).map(|it| it.desired.saturating_sub(it.updated)) {
        symptom = symptom.knowing("missingReplicas", missing);
    }
    if failure.is_some() {
        let quote = format!("{}: ReplicaFailure: {said}", owner.reference.title());
        symptom = symptom.quoting(owner.observation, owner.seen_at, quote);
    }
    let Some(event) = event else { return Some(symptom) };
    let quote = format!("Event on {}: FailedCreate: {}", owner.reference.title(), event.note);
    let symptom = symptom.quoting(event.observation, event.last, quote);
    Some(if failure.is_some() { symptom } else { symptom.rechecked_at(event.last.plus(STANDS_FOR)) })
}

fn latest<'a>(world: &'a World, owner: &'a Tracked, reason: &str) -> Option<&'a Tally> {
    world.tallies_of(&owner.reference).filter(|it| it.reason == reason).max_by_key(|it| it.last)
}

/// Kinds without a `ReplicaFailure` condition: the refusal stands until pods are created again.
fn still_stands(world: &World, owner: &Tracked, event: &Tally) -> bool {
    let succeeded = latest(world, owner, "SuccessfulCreate").map_or(Timestamp::MIN, |it| it.last);
    let reports = matches!(owner.reference.kind.as_str(), "ReplicaSet" | "ReplicationController");
    let settled = is_whole(&owner.body) || (reports && owner.seen_at > event.last);
    event.last > succeeded && world.now < event.last.plus(STANDS_FOR) && !settled
}

/// The figures in `exceeded quota: tight, requested: pods=1, used: pods=3, limited: pods=3`.
pub(crate) fn quota_figures(said: &str) -> Vec<(&'static str, String)> {
    let Some((_, rest)) = said.split_once("exceeded quota: ") else { return Vec::new() };
    let part = |name: &str| {
        let (_, tail) = rest.split_once(name)?;
        Some(tail.split(", used:").next()?.split(", limited:").next()?.trim().to_owned())
    };
    let quota = rest.split(',').next().map(|it| it.trim().to_owned());
    [
        ("quota", quota),
        ("requested", part("requested: ")),
        ("used", part("used: ")),
        ("limited", part("limited: ")),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_figures_of_a_refusal() {
        let said = "pods \"web-1\" is forbidden: exceeded quota: tight, requested: pods=1,limits.memory=64Mi, \
                    used: pods=3,limits.memory=1Gi, limited: pods=3,limits.memory=1Gi";

        assert_eq!(
            quota_figures(said),
            [
                ("quota", "tight".to_owned()),
                ("requested", "pods=1,limits.memory=64Mi".to_owned()),
                ("used", "pods=3,limits.memory=1Gi".to_owned()),
                ("limited", "pods=3,limits.memory=1Gi".to_owned()),
            ]
        );
    }

    #[test]
    fn other_refusals_have_no_figures() {
        assert!(quota_figures("serviceaccount \"x\" not found").is_empty());
    }
}
