//! Where a `VirtualService` sends traffic.

use crate::{
    rules::network::fault::item_path,
    tracked::Tracked,
    view::{at, list, text},
};
use chiron_model::FieldPath;
use serde_json::Value;

/// One destination of a route.
pub(crate) struct Destination<'a> {
    pub host: &'a str,
    pub subset: &'a str,
    /// The share of the traffic; one without a weight beside no other gets all.
    pub weight: Option<u64>,
    /// The item of the route.
    pub item: &'a Value,
    /// Where it stands.
    pub field: FieldPath,
}

/// The list of destinations of one route.
pub(crate) struct Route<'a> {
    pub field: FieldPath,
    pub destinations: Vec<Destination<'a>>,
}

impl Destination<'_> {
    /// Whether any traffic goes there.
    pub(crate) fn is_used(&self, among: usize) -> bool {
        self.weight.map_or(among <= 1, |weight| weight > 0)
    }
}

/// The routes of a `VirtualService`, for all protocols; copies of requests are routes of one destination.
pub(crate) fn routes(service: &Tracked) -> Vec<Route<'_>> {
    let mut found = Vec::new();
    for protocol in ["http", "tls", "tcp"] {
        let rules = list(&service.body, &["spec", protocol]);
        let base = FieldPath::from("spec").key(protocol);
        for (index, rule) in rules.iter().enumerate() {
            let field = item_path(&base, rules, index);
            found.push(read(list(rule, &["route"]), field.key("route")));
            let mirror = at(rule, &["mirror"]);
            if !mirror.is_null() {
                let field = field.key("mirror");
                found.push(Route { destinations: vec![one(mirror, mirror, field.clone())], field });
            }
        }
    }
    found
}

fn read(items: &[Value], field: FieldPath) -> Route<'_> {
    let places = items.iter().enumerate();
    let destinations = places
        .map(|(index, item)| one(item, at(item, &["destination"]), item_path(&field, items, index)))
        .collect();
    Route { field, destinations }
}

fn one<'a>(item: &'a Value, destination: &'a Value, field: FieldPath) -> Destination<'a> {
    Destination {
        host: text(destination, &["host"]),
        subset: text(destination, &["subset"]),
        weight: at(item, &["weight"]).as_u64(),
        item,
        field,
    }
}
