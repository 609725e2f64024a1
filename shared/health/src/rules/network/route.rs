//! Routes of the Gateway API: what they have in common.

use super::fault::{is_of_group, item_path};
use crate::{
    tracked::Tracked,
    view::{at, list, text},
};
use chiron_model::FieldPath;
use serde_json::Value;

/// The group of the Gateway API.
pub(crate) const GROUP: &str = "gateway.networking.k8s.io";
/// Its routes.
pub(crate) const ROUTES: &[&str] = &["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/// A reference to another object, with the field where it stands.
pub(crate) struct Link<'a> {
    pub value: &'a Value,
    pub field: FieldPath,
    /// Its namespace, or that of the route.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl<'a> Link<'a> {
    fn of(route: &'a Tracked, value: &'a Value, field: FieldPath) -> Self {
        let namespace = match text(value, &["namespace"]) {
            "" => &route.reference.namespace,
            namespace => namespace,
        };
        Self { value, field, namespace, name: text(value, &["name"]) }
    }

    /// Whether it means an object of that kind and group; both may be left out where they are usual.
    pub(crate) fn is_to(&self, kind: &str, group: &str) -> bool {
        let named = |key: &str, usual: &str| at(self.value, &[key]).as_str().is_none_or(|it| it == usual);
        named("kind", kind) && named("group", group)
    }
}

/// Whether it is a route of the Gateway API.
pub(crate) fn is_route(object: &Tracked) -> bool {
    is_of_group(object, GROUP)
}

/// The Gateways, and others, that a route wants to be attached to.
pub(crate) fn parents(route: &Tracked) -> Vec<Link<'_>> {
    let items = list(&route.body, &["spec", "parentRefs"]);
    links(route, items, &FieldPath::from("spec.parentRefs"))
}

/// The backends of all rules, and those that get a copy of the requests.
pub(crate) fn backends(route: &Tracked) -> Vec<Link<'_>> {
    let rules = list(&route.body, &["spec", "rules"]);
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let base = item_path(&FieldPath::from("spec.rules"), rules, index);
        found.extend(links(route, list(rule, &["backendRefs"]), &base.key("backendRefs")));
        let filters = list(rule, &["filters"]);
        for (index, filter) in filters.iter().enumerate() {
            let mirror = at(filter, &["requestMirror", "backendRef"]);
            let field =
                item_path(&base.key("filters"), filters, index).key("requestMirror").key("backendRef");
            if !mirror.is_null() {
                found.push(Link::of(route, mirror, field));
            }
        }
    }
    found
}

fn links<'a>(route: &'a Tracked, items: &'a [Value], field: &FieldPath) -> Vec<Link<'a>> {
    let items_at = items.iter().enumerate();
    items_at.map(|(index, item)| Link::of(route, item, item_path(field, items, index))).collect()
}
