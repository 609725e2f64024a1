//! `AuthorizationPolicies` that shut everybody out.

use super::{
    host::{ROOT, SECURITY},
    membership::is_member,
};
use crate::{
    rules::{
        Rule, RuleDoc,
        network::{
            crew::{Crew, crews},
            fault::{Fault, blame_latest, is_of_group, still_written},
        },
    },
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, selects, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;

/// Callers that are listed.
const MAX_LISTED: usize = 32;
/// Ways to name a source that can be compared with a pod. Others may match.
const KNOWN: &[&str] = &["principals", "namespaces"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-authorization",
        kinds: &["AuthorizationPolicy"],
        conditions: &["CallersDenied"],
        about: "A policy denies everything, or allows only sources among which there is none of the workloads that name \
                the Service, and no other policy allows one. Where no caller is known nothing is said: to allow \
                nothing by default is good practice.",
        remedy: "Allow the one caller that is missing. Do not remove the policy.",
        link: "https://istio.io/latest/docs/reference/config/security/authorization-policy/",
    },
    check,
};

fn check(world: &World, policy: &Tracked) -> Vec<Verdict> {
    shut(world, policy).into_iter().collect()
}

fn shut(world: &World, policy: &Tracked) -> Option<Verdict> {
    let denies_all = action(policy) == "DENY" && rules(policy).iter().any(matches_all);
    if !is_policy(policy) || !(denies_all || action(policy) == "ALLOW") {
        return None;
    }
    let crews = crews(world);
    let guarded = crews.iter().filter(|crew| guards(policy, crew) && is_member(world, crew.pod));
    let mut shut_out = Vec::new();
    for server in guarded {
        let callers = callers(world, &crews, server);
        let is_shut = denies_all || !callers.iter().any(|caller| is_allowed(world, server, caller));
        if !callers.is_empty() && is_shut && is_culprit(world, policy, server, denies_all) {
            let server = server.workload.reference.title();
            shut_out
                .extend(callers.iter().map(|it| format!("{} -> {server}", it.workload.reference.title())));
        }
    }
    if shut_out.is_empty() {
        return None;
    }
    Some(still_written(world, policy).unwrap_or_else(|| describe(world, policy, &shut_out)))
}

fn is_policy(policy: &Tracked) -> bool {
    // Those for gateways and waypoints guard no pod of the application.
    is_of_group(policy, SECURITY)
        && at(&policy.body, &["spec", "targetRefs"]).is_null()
        && at(&policy.body, &["spec", "targetRef"]).is_null()
}

fn action(policy: &Tracked) -> &str {
    match text(&policy.body, &["spec", "action"]) {
        "" => "ALLOW",
        action => action,
    }
}

fn rules(policy: &Tracked) -> &[Value] {
    list(&policy.body, &["spec", "rules"])
}

fn matches_all(rule: &Value) -> bool {
    ["from", "to", "when"].iter().all(|key| list(rule, &[key]).is_empty())
}

fn guards(policy: &Tracked, crew: &Crew<'_>) -> bool {
    let labels = at(&policy.body, &["spec", "selector", "matchLabels"]);
    let home = policy.reference.namespace.as_str();
    let is_for_all = labels.as_object().is_none_or(serde_json::Map::is_empty);
    (home == crew.namespace() || home == ROOT) && (is_for_all || selects(labels, crew.labels()))
}

/// The workloads that name a Service in front of `server`.
fn callers<'a>(world: &'a World, crews: &[Crew<'a>], server: &Crew<'a>) -> Vec<Crew<'a>> {
    let is_in_front = |service: &Tracked| {
        service.reference.namespace == server.namespace()
            && selects(at(&service.body, &["spec", "selector"]), server.labels())
    };
    let calls =
        |crew: &&Crew<'a>| !crew.is(server) && crew.calls(world).iter().any(|call| is_in_front(call.service));
    crews.iter().filter(calls).copied().collect()
}

fn is_allowed(world: &World, server: &Crew<'_>, caller: &Crew<'_>) -> bool {
    let allowing = allowing(world, server);
    allowing.is_empty() || allowing.iter().flat_map(|it| rules(it)).any(|rule| may_match(rule, caller))
}

fn allowing<'a>(world: &'a World, server: &Crew<'_>) -> Vec<&'a Tracked> {
    let policies = world.objects.of_kind("AuthorizationPolicy");
    policies.filter(|it| is_policy(it) && action(it) == "ALLOW" && guards(it, server)).collect()
}

/// Whether the sources of a rule may mean that caller; what cannot be judged here may.
fn may_match(rule: &Value, caller: &Crew<'_>) -> bool {
    let from = list(rule, &["from"]);
    from.is_empty() || from.iter().any(|it| may_mean(at(it, &["source"]), caller))
}

fn may_mean(source: &Value, caller: &Crew<'_>) -> bool {
    let Some(fields) = source.as_object() else { return true };
    if fields.keys().any(|key| !KNOWN.contains(&key.as_str())) {
        return true;
    }
    let account = match text(&caller.pod.body, &["spec", "serviceAccountName"]) {
        "" => "default",
        name => name,
    };
    let principal = format!("/ns/{}/sa/{account}", caller.namespace());
    let fits = |key: &str, test: &dyn Fn(&str) -> bool| {
        let wanted = list(source, &[key]);
        wanted.is_empty() || wanted.iter().filter_map(Value::as_str).any(test)
    };
    fits("namespaces", &|it| is_like(it, caller.namespace()))
        // The trust domain in front differs from mesh to mesh.
        && fits("principals", &|it| it.ends_with(&principal) || (it.contains('*') && it.find("/ns/").is_none_or(|at| is_like(&it[at..], &principal))))
}

fn is_like(pattern: &str, value: &str) -> bool {
    match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(start), _) => value.starts_with(start),
        (None, Some(end)) => value.ends_with(end),
        (None, None) => pattern == value,
    }
}

/// Of several policies that allow too little, the one that was changed last is named, or else the youngest.
fn is_culprit(world: &World, policy: &Tracked, server: &Crew<'_>, denies_all: bool) -> bool {
    let rank = |it: &Tracked| {
        let changes = world.changes.iter().filter(|change| change.object.is_same_place(&it.reference));
        let made = text(&it.body, &["metadata", "creationTimestamp"]).to_owned();
        (
            changes.map(|change| change.at).max(),
            made,
            it.reference.namespace.clone(),
            it.reference.name.clone(),
        )
    };
    let latest = allowing(world, server).into_iter().max_by_key(|it| rank(it));
    denies_all || latest.is_some_and(|it| it.reference.uid == policy.reference.uid)
}

fn describe(world: &World, policy: &Tracked, shut_out: &[String]) -> Verdict {
    let rest =
        if shut_out.len() > 1 { format!(" {} connections in all.", shut_out.len()) } else { String::new() };
    let message =
        format!("{} is denied: the policies of the mesh let no known caller in.{rest}", shut_out[0]);
    let quote =
        format!("{}: action {}, {} rules", policy.reference.title(), action(policy), rules(policy).len());
    let listed: Vec<&String> = shut_out.iter().take(MAX_LISTED).collect();
    let symptom = Symptom::new("CallersDenied", Severity::Warning, message)
        .knowing("denied", serde_json::json!(listed))
        .quoting(policy.observation, policy.seen_at, quote);
    let faults = ["rules", "action", "selector"].map(|key| Fault {
        mechanism: Mechanism::MeshPolicyBlocks,
        object: &policy.reference,
        field: FieldPath::from("spec").key(key),
        value: at(&policy.body, &["spec", key]),
    });
    Verdict::Sick(blame_latest(world, symptom, &faults))
}
