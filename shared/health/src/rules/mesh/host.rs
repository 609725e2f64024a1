//! Hosts as the mesh writes them, and the Services that they mean.

use crate::{
    rules::network::{
        backend::service,
        fault::{Wanted, is_absent, is_of_group},
    },
    tracked::Tracked,
    view::{list, text},
    world::World,
};
use serde_json::Value;

/// The group of routes and destinations.
pub(crate) const NETWORKING: &str = "networking.istio.io";
/// The group of policies.
pub(crate) const SECURITY: &str = "security.istio.io";
/// Where policies for the whole mesh stand, unless its owner chose another namespace.
pub(crate) const ROOT: &str = "istio-system";

/// Whether it is a route or a destination of the mesh, not of another project with the same kinds.
pub(crate) fn is_networking(object: &Tracked) -> bool {
    is_of_group(object, NETWORKING)
}

/// Namespace and name of the Service that a host means for an object in `home`; `None` for hosts outside, wildcards
/// and names that the mesh takes as they stand.
pub(crate) fn place<'a>(host: &'a str, home: &'a str) -> Option<(&'a str, &'a str)> {
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [""] => None,
        [name] if *name != "*" => Some((home, name)),
        [name, namespace, "svc", ..] if !name.contains('*') => Some((namespace, name)),
        _ => None,
    }
}

/// The Service that a host means.
pub(crate) fn service_of<'a>(world: &'a World, home: &str, host: &str) -> Option<&'a Tracked> {
    let (namespace, name) = place(host, home)?;
    service(world, namespace, name)
}

/// Whether nothing of that host exists: no Service, and no entry that brings it into the mesh.
pub(crate) fn is_host_absent(world: &World, home: &str, host: &str) -> bool {
    let Some((namespace, name)) = place(host, home) else { return false };
    is_absent(world, home, Wanted { kind: "Service", namespace, name })
        && !world.objects.of_kind("ServiceEntry").any(|entry| has_host(entry, host))
}

fn has_host(entry: &Tracked, host: &str) -> bool {
    let hosts = list(&entry.body, &["spec", "hosts"]).iter().filter_map(Value::as_str);
    hosts.into_iter().any(|it| {
        it == host
            || it.split('.').next() == host.split('.').next()
            || it.strip_prefix('*').is_some_and(|ending| host.ends_with(ending))
    })
}

/// The rules for a Service, in all namespaces that are known.
pub(crate) fn rules_for<'a>(world: &'a World, target: &'a Tracked) -> impl Iterator<Item = &'a Tracked> {
    let it = &target.reference;
    world.objects.of_kind("DestinationRule").filter(move |rule| {
        is_networking(rule)
            && place(text(&rule.body, &["spec", "host"]), &rule.reference.namespace)
                == Some((it.namespace.as_str(), it.name.as_str()))
    })
}
