//! Routes of the Gateway API that send traffic where it cannot go.

use super::{
    backend::{Backend, NOT_FOUND, PORT_NOT_FOUND},
    fault::{Fault, Wanted, blame_latest, is_covered, still_coming},
    route::{Link, ROUTES, backends, is_route},
};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text},
    world::World,
};
use chiron_model::{Mechanism, Severity};

/// Nobody allows the reference. The word is that of the Gateway API.
const NOT_PERMITTED: &str = "RefNotPermitted";

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "route-backend",
        kinds: ROUTES,
        conditions: &[NOT_FOUND, PORT_NOT_FOUND, NOT_PERMITTED],
        about: "A route names a Service that does not exist, a port that the Service does not have, or a Service of \
                another namespace where no ReferenceGrant allows it. Backends with weight 0 get no traffic and are \
                left out, as are backends that are no Services.",
        remedy: "Correct the backendRef, bring back the Service, or have the owner of the other namespace grant the \
                 reference.",
        link: "https://gateway-api.sigs.k8s.io/api-types/httproute/",
    },
    check,
};

fn check(world: &World, route: &Tracked) -> Vec<Verdict> {
    if !is_route(route) {
        return Vec::new();
    }
    let links = backends(route);
    let is_meant =
        |link: &&Link<'_>| link.is_to("Service", "") && at(link.value, &["weight"]).as_u64() != Some(0);
    links.iter().filter(is_meant).filter_map(|link| fault(world, route, link)).collect()
}

fn fault(world: &World, route: &Tracked, link: &Link<'_>) -> Option<Verdict> {
    let backend = Backend {
        namespace: link.namespace,
        name: at(link.value, &["name"]),
        name_field: link.field.key("name"),
        port: at(link.value, &["port"]),
        port_field: link.field.key("port"),
    };
    backend.check(world, route).or_else(|| ungranted(world, route, link))
}

fn ungranted(world: &World, route: &Tracked, link: &Link<'_>) -> Option<Verdict> {
    let home = &route.reference.namespace;
    let is_known = is_covered(world, link.namespace) && world.is_read("ReferenceGrant", link.namespace);
    let mut grants = world.objects.in_namespace("ReferenceGrant", link.namespace);
    if link.namespace == home || !is_known || grants.any(|grant| allows(grant, route, link.name)) {
        return None;
    }
    let place = format!("{}/{}", link.namespace, link.name);
    let message =
        format!("Sends traffic to Service {place}, which no ReferenceGrant of that namespace allows.");
    let quote = format!("{}: {} is {place}; no grant", route.reference.title(), link.field);
    let symptom = Symptom::new(NOT_PERMITTED, Severity::Warning, message)
        .in_part(link.field.as_str())
        .quoting(route.observation, route.seen_at, quote);
    let own = Fault {
        mechanism: Mechanism::RouteBackendMissing,
        object: &route.reference,
        field: link.field.key("namespace"),
        value: at(link.value, &["namespace"]),
    };
    let gone = world.changes.iter().rev().find(|it| {
        it.object.kind == "ReferenceGrant" && it.object.namespace == link.namespace && it.to.is_null()
    });
    let gone = gone.map(|it| Fault {
        mechanism: Mechanism::RouteBackendMissing,
        object: &it.object,
        field: it.field.clone(),
        value: &it.to,
    });
    let faults: Vec<Fault<'_>> = std::iter::once(own).chain(gone).collect();
    let wanted = Wanted { kind: "Service", namespace: link.namespace, name: link.name };
    let symptom = blame_latest(world, symptom, &faults);
    Some(still_coming(world, route, wanted).unwrap_or(Verdict::Sick(symptom)))
}

fn allows(grant: &Tracked, route: &Tracked, service: &str) -> bool {
    let from = list(&grant.body, &["spec", "from"]);
    let to = list(&grant.body, &["spec", "to"]);
    let is_from = from.iter().any(|it| {
        text(it, &["kind"]) == route.reference.kind && text(it, &["namespace"]) == route.reference.namespace
    });
    is_from
        && to.iter().any(|it| {
            text(it, &["kind"]) == "Service"
                && matches!(text(it, &["name"]), name if name.is_empty() || name == service)
        })
}
