//! `DestinationRules` for nothing.

use super::host::{is_host_absent, is_networking, place};
use crate::{
    rules::{
        Rule, RuleDoc,
        network::fault::{Fault, Wanted, blame_latest, still_coming},
    },
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-rule-host",
        kinds: &["DestinationRule"],
        conditions: &["ReferencedResourceNotFound"],
        about: "A DestinationRule is for a host that does not exist, so that its subsets and its policy hold for nothing. \
                Hosts outside the cluster and wildcards are left out.",
        remedy: "Correct spec.host, or bring back the Service.",
        link: "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
    },
    check,
};

fn check(world: &World, rule: &Tracked) -> Vec<Verdict> {
    hostless(world, rule).into_iter().collect()
}

fn hostless(world: &World, rule: &Tracked) -> Option<Verdict> {
    let host = text(&rule.body, &["spec", "host"]);
    let home = rule.reference.namespace.as_str();
    if !is_networking(rule) || !is_host_absent(world, home, host) {
        return None;
    }
    let (namespace, name) = place(host, home)?;
    let wanted = Wanted { kind: "Service", namespace, name };
    if let Some(pending) = still_coming(world, rule, wanted) {
        return Some(pending);
    }
    let quote = format!("{}: spec.host is {host}; there is no such Service", rule.reference.title());
    let message = format!("The host {host} does not exist.");
    let symptom = Symptom::new("ReferencedResourceNotFound", Severity::Warning, message).quoting(
        rule.observation,
        rule.seen_at,
        quote,
    );
    let own = Fault {
        mechanism: Mechanism::RouteBackendMissing,
        object: &rule.reference,
        field: FieldPath::from("spec.host"),
        value: at(&rule.body, &["spec", "host"]),
    };
    let gone = Fault::deletion(world, Mechanism::ServiceDeleted, wanted);
    let faults: Vec<Fault<'_>> = std::iter::once(own).chain(gone).collect();
    Some(Verdict::Sick(blame_latest(world, symptom, &faults)))
}
