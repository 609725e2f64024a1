//! Policies under which pods cannot resolve names.

use super::{
    fault::still_written,
    policy::{Cast, blame, culprit, is_policy, may_open_names},
};
use crate::{
    reach::{Direction, PolicyName},
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list},
    world::World,
};
use chiron_model::Severity;

/// Workloads that are named in a sentence.
const NAMED: usize = 3;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "policy-blocks-names",
        kinds: &["NetworkPolicy"],
        conditions: &["NameResolutionBlocked"],
        about: "Under the policies of a namespace pods that name other hosts cannot ask the name service (port 53). Of \
                several policies the one that was changed last is named. Pods that name no host may well be meant to \
                talk to nobody: then it is only noted.",
        remedy: "Allow egress to the name service on UDP and TCP 53, and nothing more.",
        link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
    },
    check,
};

fn check(world: &World, policy: &Tracked) -> Vec<Verdict> {
    if !is_policy(policy) || !guards_egress(policy) {
        return Vec::new();
    }
    blocked(world, policy).into_iter().collect()
}

fn guards_egress(policy: &Tracked) -> bool {
    let types = list(&policy.body, &["spec", "policyTypes"]);
    types.iter().any(|it| it.as_str() == Some("Egress"))
        || (types.is_empty() && !at(&policy.body, &["spec", "egress"]).is_null())
}

fn blocked(world: &World, policy: &Tracked) -> Option<Verdict> {
    let cast = Cast::of(world);
    let peers = cast.peers(world);
    let mut cut_off = Vec::new();
    let mut is_felt = false;
    let local = cast.iter().filter(|(crew, _)| crew.namespace() == policy.reference.namespace);
    for (crew, pod) in local {
        let guards = peers.isolated(pod, Direction::Egress);
        if guards.is_empty() || peers.can_resolve_names(pod) || is_uncertain(world, &guards) {
            continue;
        }
        let at_fault = culprit(world, &guards, None);
        if at_fault.is_some_and(|it| it.reference.uid == policy.reference.uid) {
            is_felt = is_felt || crew.names_hosts(world);
            cut_off.push(crew.workload.reference.title());
        }
    }
    if cut_off.is_empty() {
        return None;
    }
    let severity = if is_felt { Severity::Warning } else { Severity::Info };
    Some(still_written(world, policy).unwrap_or_else(|| describe(world, policy, severity, &cut_off)))
}

fn is_uncertain(world: &World, guards: &[PolicyName]) -> bool {
    guards.iter().any(|name| {
        let policy = world.objects.named("NetworkPolicy", &name.namespace, &name.name);
        policy.is_none_or(|it| may_open_names(world, it))
    })
}

fn describe(world: &World, policy: &Tracked, severity: Severity, cut_off: &[String]) -> Verdict {
    let named = cut_off.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let rest = cut_off.len().saturating_sub(NAMED);
    let others = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let message = format!("{named}{others} cannot resolve names: no policy lets them ask the name service.");
    let quote = format!(
        "{}: egress rules allow no way from {named}{others} to port 53 of the name service",
        policy.reference.title()
    );
    let symptom = Symptom::new("NameResolutionBlocked", severity, message)
        .knowing("cutOff", cut_off.iter().take(32).cloned().collect::<Vec<_>>())
        .quoting(policy.observation, policy.seen_at, quote);
    Verdict::Sick(blame(world, symptom, policy, Direction::Egress))
}
