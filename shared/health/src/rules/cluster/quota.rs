//! Quotas that are used up.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Quantity, Severity};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "quota-used-up",
        kinds: &["ResourceQuota"],
        conditions: &["QuotaUsedUp"],
        about: "As much of a resource is used as a quota allows. Worth knowing; a fault only when a workload of the \
                namespace is refused pods because of this quota. A quota of nothing is a ban, and is not reported.",
        remedy: "Raise the quota, or shrink the requests or replicas of what uses it, with approval. Do not delete \
                 the quota.",
        link: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    },
    check,
};

fn check(world: &World, quota: &Tracked) -> Vec<Verdict> {
    let hard = at(&quota.body, &["status", "hard"]);
    let hard = if hard.is_object() { hard } else { at(&quota.body, &["spec", "hard"]) };
    let refusal = refusal(world, quota);
    let full = hard.as_object().into_iter().flatten().take(200).filter(|(resource, limit)| {
        is_full(limit, at(&quota.body, &["status", "used", resource]))
            || refusal.as_ref().is_some_and(|it| it.resources.contains(resource))
    });
    full.map(|(resource, limit)| Verdict::Sick(describe(quota, resource, limit, refusal.as_ref()))).collect()
}

/// What was refused because of a quota.
struct Refusal<'a> {
    owner: &'a Tracked,
    resources: Vec<String>,
}

fn is_full(limit: &Value, used: &Value) -> bool {
    match (Quantity::of(limit), Quantity::of(used)) {
        (Some(limit), Some(used)) => limit.value() > 0.0 && used.value() >= limit.value(),
        _ => false,
    }
}

/// A ReplicaSet of the namespace that may not create pods because of this quota, and the resources it lacks.
fn refusal<'a>(world: &'a World, quota: &Tracked) -> Option<Refusal<'a>> {
    let words = format!("exceeded quota: {},", quota.reference.name);
    ["ReplicaSet", "ReplicationController"].iter().find_map(|kind| {
        world.objects.in_namespace(kind, &quota.reference.namespace).find_map(|owner| {
            let failure = condition(&owner.body, "ReplicaFailure")?;
            let said = text(failure, &["message"]);
            let is_refused = text(failure, &["status"]) == "True" && said.contains(&words);
            is_refused.then(|| Refusal { owner, resources: limited(said) })
        })
    })
}

/// The resources in `limited: pods=3,limits.memory=1Gi`.
fn limited(said: &str) -> Vec<String> {
    let figures = said.split_once("limited: ").map_or("", |(_, rest)| rest);
    figures
        .split(',')
        .filter_map(|it| it.split_once('=').map(|(resource, _)| resource.trim().to_owned()))
        .take(32)
        .collect()
}

fn describe(quota: &Tracked, resource: &str, limit: &Value, refusal: Option<&Refusal<'_>>) -> Symptom {
    let refusal = refusal.filter(|it| it.resources.iter().any(|it| it == resource));
    let used = at(&quota.body, &["status", "used", resource]);
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (used, hard) = (plain(used), plain(limit));
    let message = format!("{used} of {hard} {resource} are used.");
    let quote = format!("{}: {resource}: used {used}, hard {hard}", quota.reference.title());
    let symptom = Symptom::new("QuotaUsedUp", Severity::Info, message)
        .in_part(resource)
        .knowing("resource", resource)
        .quoting(quota.observation, quota.seen_at, quote);
    let Some(refusal) = refusal else { return symptom };
    let field = FieldPath::from("spec.hard").key(resource);
    let quote = format!("{}: refused pods by this quota", refusal.owner.reference.title());
    symptom.quoting(refusal.owner.observation, refusal.owner.seen_at, quote).blaming(
        Mechanism::QuotaExhausted,
        &quota.reference,
        field.as_str(),
        limit,
    )
}
