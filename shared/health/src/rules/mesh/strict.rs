//! Servers that take only connections of the mesh, and clients outside it.

use super::{
    host::{SECURITY, service_of},
    membership::is_member,
    mtls::{Setting, setting},
};
use crate::{
    rules::{
        Rule, RuleDoc, is_over,
        network::{
            crew::{Crew, crews, ports},
            fault::{Fault, blame_latest, is_of_group, still_written},
        },
    },
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, selects, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};

/// Connections that are listed.
const MAX_LISTED: usize = 32;

pub(crate) const CALLERS: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-strict-callers",
        kinds: &["PeerAuthentication"],
        conditions: &["PlaintextCallersRefused"],
        about: "Workloads outside the mesh name a Service whose pods take only mutual TLS (STRICT). The most specific \
                setting counts: port, workload, namespace, mesh. Servers outside the mesh are not bound by it.",
        remedy: "Add the client to the mesh, or set PERMISSIVE for this one workload and port for a limited time. Never \
                 for the whole mesh.",
        link: "https://istio.io/latest/docs/reference/config/security/peer_authentication/",
    },
    check: callers,
};

pub(crate) const CONFLICT: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-tls-conflict",
        kinds: &["DestinationRule"],
        conditions: &["MTLSPolicyConflict"],
        about: "A DestinationRule has clients speak plain text (tls mode DISABLE) to pods that take only mutual TLS \
                (STRICT).",
        remedy: "Remove trafficPolicy.tls from the DestinationRule: the mesh then chooses by itself.",
        link: "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule",
    },
    check: conflict,
};

/// A connection that is refused.
struct Refusal<'a> {
    from: String,
    to: String,
    setting: Setting<'a>,
}

fn callers(world: &World, policy: &Tracked) -> Vec<Verdict> {
    if !is_of_group(policy, SECURITY) || !asks_strict(policy) {
        return Vec::new();
    }
    let crews = crews(world);
    let outside = crews.iter().filter(|crew| !is_member(world, crew.pod));
    let refused: Vec<Refusal<'_>> = outside
        .flat_map(|from| refusals(world, &crews, from))
        .filter(|it| it.setting.policy.reference.uid == policy.reference.uid)
        .collect();
    let Some(first) = refused.first() else { return Vec::new() };
    if let Some(pending) = still_written(world, policy) {
        return vec![pending];
    }
    let rest =
        if refused.len() > 1 { format!(" {} connections in all.", refused.len()) } else { String::new() };
    let message = format!(
        "{} is outside the mesh and calls {}, which takes only mutual TLS.{rest}",
        first.from, first.to
    );
    let listed: Vec<String> =
        refused.iter().take(MAX_LISTED).map(|it| format!("{} -> {}", it.from, it.to)).collect();
    let quote = format!("{}: {} is STRICT", policy.reference.title(), first.setting.field);
    let symptom = Symptom::new("PlaintextCallersRefused", Severity::Warning, message)
        .knowing("refused", listed)
        .quoting(policy.observation, policy.seen_at, quote)
        .quoting(
            policy.observation,
            policy.seen_at,
            format!("{} has neither a sidecar nor the ambient mode", first.from),
        );
    let fault = |field: FieldPath, value| Fault {
        mechanism: Mechanism::MeshPolicyBlocks,
        object: &policy.reference,
        field,
        value,
    };
    let faults = [
        fault(first.setting.field.clone(), first.setting.value),
        fault(FieldPath::from("spec.selector"), at(&policy.body, &["spec", "selector"])),
    ];
    vec![Verdict::Sick(blame_latest(world, symptom, &faults))]
}

fn asks_strict(policy: &Tracked) -> bool {
    let ports = at(&policy.body, &["spec", "portLevelMtls"]).as_object();
    text(&policy.body, &["spec", "mtls", "mode"]) == "STRICT"
        || ports.into_iter().flatten().any(|(_, it)| text(it, &["mode"]) == "STRICT")
}

/// What a client outside the mesh is refused by.
fn refusals<'a>(world: &'a World, crews: &[Crew<'a>], from: &Crew<'a>) -> Vec<Refusal<'a>> {
    let mut found = Vec::new();
    for call in from.calls(world) {
        let selector = at(&call.service.body, &["spec", "selector"]);
        let behind = crews.iter().filter(|to| {
            to.namespace() == call.service.reference.namespace
                && !to.is(from)
                && selects(selector, to.labels())
                && is_member(world, to.pod)
        });
        for to in behind {
            let asked = ports(&call, to);
            let settings: Option<Vec<Setting<'_>>> = asked
                .iter()
                .map(|(_, port)| setting(world, to.pod, *port).filter(Setting::is_strict))
                .collect();
            // One port that is open may be the one that is meant.
            if let Some(setting) = settings.and_then(|all| all.into_iter().next()) {
                let (from, to) = (from.workload.reference.title(), call.service.reference.title());
                found.push(Refusal { from, to, setting });
            }
        }
    }
    found
}

fn conflict(world: &World, rule: &Tracked) -> Vec<Verdict> {
    conflicting(world, rule).into_iter().collect()
}

fn conflicting(world: &World, rule: &Tracked) -> Option<Verdict> {
    let path = ["spec", "trafficPolicy", "tls", "mode"];
    if !super::host::is_networking(rule) || text(&rule.body, &path) != "DISABLE" {
        return None;
    }
    let target = service_of(world, &rule.reference.namespace, text(&rule.body, &["spec", "host"]))?;
    let pods = world.pods_behind(target).filter(|pod| !is_over(pod) && is_member(world, pod));
    let strict = pods.take(64).find_map(|pod| setting(world, pod, 0).filter(Setting::is_strict))?;
    if let Some(pending) = still_written(world, rule) {
        return Some(pending);
    }
    let title = strict.policy.reference.title();
    let message =
        format!("Clients are told to speak plain text; {title} lets the pods take only mutual TLS.");
    let quote = format!("{}: tls mode is DISABLE; {title} is STRICT", rule.reference.title());
    let symptom = Symptom::new("MTLSPolicyConflict", Severity::Warning, message).quoting(
        rule.observation,
        rule.seen_at,
        quote,
    );
    let mechanism = Mechanism::MeshPolicyBlocks;
    let field = FieldPath::from("spec.trafficPolicy.tls.mode");
    let faults = [
        Fault { mechanism, object: &rule.reference, field, value: at(&rule.body, &path) },
        Fault {
            mechanism,
            object: &strict.policy.reference,
            field: strict.field.clone(),
            value: strict.value,
        },
    ];
    Some(Verdict::Sick(blame_latest(world, symptom, &faults)))
}
