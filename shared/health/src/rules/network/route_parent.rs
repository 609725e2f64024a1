//! Routes and Gateways that name something above them that is not there.

use super::{
    fault::{Fault, Wanted, blame_latest, is_absent, is_of_group, still_coming},
    route::{GROUP, ROUTES, is_route, parents},
};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::at,
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;

pub(crate) const ROUTE: Rule = Rule {
    doc: RuleDoc {
        name: "route-parent",
        kinds: ROUTES,
        conditions: &["ParentNotFound"],
        about: "A route names a Gateway that does not exist, so that nothing serves it. Parents of other kinds are not \
                looked at.",
        remedy: "Correct spec.parentRefs, or bring back the Gateway.",
        link: "https://gateway-api.sigs.k8s.io/api-types/httproute/#attaching-to-gateways",
    },
    check: route,
};

pub(crate) const CLASS: Rule = Rule {
    doc: RuleDoc {
        name: "gateway-class",
        kinds: &["Gateway"],
        conditions: &["GatewayClassMissing"],
        about: "A Gateway names a class that does not exist, so that no controller takes it.",
        remedy: "Name an existing class in spec.gatewayClassName, or install the controller that brings it.",
        link: "https://gateway-api.sigs.k8s.io/api-types/gatewayclass/",
    },
    check: class,
};

fn route(world: &World, route: &Tracked) -> Vec<Verdict> {
    if !is_route(route) {
        return Vec::new();
    }
    let links = parents(route).into_iter().filter(|link| link.is_to("Gateway", GROUP));
    links
        .filter_map(|link| {
            let wanted = Wanted { kind: "Gateway", namespace: link.namespace, name: link.name };
            let field = link.field.key("name");
            missing(world, route, wanted, ("ParentNotFound", field, at(link.value, &["name"])))
        })
        .collect()
}

fn class(world: &World, gateway: &Tracked) -> Vec<Verdict> {
    if !is_of_group(gateway, GROUP) {
        return Vec::new();
    }
    let value = at(&gateway.body, &["spec", "gatewayClassName"]);
    let wanted = Wanted { kind: "GatewayClass", namespace: "", name: value.as_str().unwrap_or("") };
    let field = FieldPath::from("spec.gatewayClassName");
    missing(world, gateway, wanted, ("GatewayClassMissing", field, value)).into_iter().collect()
}

fn missing(
    world: &World,
    holder: &Tracked,
    wanted: Wanted<'_>,
    (condition, field, value): (&str, FieldPath, &Value),
) -> Option<Verdict> {
    if !is_absent(world, &holder.reference.namespace, wanted) {
        return None;
    }
    if let Some(pending) = still_coming(world, holder, wanted) {
        return Some(pending);
    }
    let message = format!("The {} {} does not exist.", wanted.kind, wanted.name);
    let quote = format!("{}: {field} is {}; there is none", holder.reference.title(), wanted.name);
    let symptom = Symptom::new(condition, Severity::Warning, message).in_part(field.as_str()).quoting(
        holder.observation,
        holder.seen_at,
        quote,
    );
    let mechanism = Mechanism::RouteBackendMissing;
    let own = Fault { mechanism, object: &holder.reference, field, value };
    let gone = Fault::deletion(world, mechanism, wanted);
    let faults: Vec<Fault<'_>> = std::iter::once(own).chain(gone).collect();
    Some(Verdict::Sick(blame_latest(world, symptom, &faults)))
}
