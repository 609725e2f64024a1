//! Where a route sends traffic: a Service and one of its ports.

use super::fault::{Fault, Wanted, blame_latest, is_absent, still_coming};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;

/// The Service does not exist. The word is that of the Gateway API.
pub(crate) const NOT_FOUND: &str = "BackendNotFound";
/// The Service has no such port.
pub(crate) const PORT_NOT_FOUND: &str = "BackendPortNotFound";

/// A backend as a route names it.
pub(crate) struct Backend<'a> {
    pub namespace: &'a str,
    pub name: &'a Value,
    pub name_field: FieldPath,
    /// Number or name; null when the route names none.
    pub port: &'a Value,
    pub port_field: FieldPath,
}

/// The core Service of that name; others have kinds of the same name.
pub(crate) fn service<'a>(world: &'a World, namespace: &str, name: &str) -> Option<&'a Tracked> {
    let is_core = |it: &&Tracked| it.reference.api_version == "v1";
    world.objects.named("Service", namespace, name).filter(is_core).or_else(|| {
        // Only where two kinds share the name it is worth while to look at all.
        world.objects.named("Service", namespace, name)?;
        world.objects.in_namespace("Service", namespace).find(|it| is_core(it) && it.reference.name == name)
    })
}

impl Backend<'_> {
    /// What is wrong with it.
    pub(crate) fn check(&self, world: &World, holder: &Tracked) -> Option<Verdict> {
        let name = self.name.as_str().filter(|name| !name.is_empty())?;
        let wanted = Wanted { kind: "Service", namespace: self.namespace, name };
        if is_absent(world, &holder.reference.namespace, wanted) {
            return Some(
                still_coming(world, holder, wanted).unwrap_or_else(|| self.missing(world, holder, name)),
            );
        }
        let service = service(world, self.namespace, name).filter(|it| !has_port(it, self.port))?;
        Some(still_coming(world, holder, wanted).unwrap_or_else(|| self.portless(world, holder, service)))
    }

    fn missing(&self, world: &World, holder: &Tracked, name: &str) -> Verdict {
        let message = format!("Sends traffic to Service {name}, which does not exist.");
        let quote =
            format!("{}: {} is {name}; there is no such Service", holder.reference.title(), self.name_field);
        let symptom = Symptom::new(NOT_FOUND, Severity::Warning, message)
            .in_part(self.name_field.as_str())
            .knowing("backend", format!("{}/{name}", self.namespace))
            .quoting(holder.observation, holder.seen_at, quote);
        let wanted = Wanted { kind: "Service", namespace: self.namespace, name };
        let own = Fault {
            mechanism: Mechanism::RouteBackendMissing,
            object: &holder.reference,
            field: self.name_field.clone(),
            value: self.name,
        };
        let gone = Fault::deletion(world, Mechanism::ServiceDeleted, wanted);
        let faults: Vec<Fault<'_>> = std::iter::once(own).chain(gone).collect();
        Verdict::Sick(blame_latest(world, symptom, &faults))
    }

    fn portless(&self, world: &World, holder: &Tracked, service: &Tracked) -> Verdict {
        let title = service.reference.title();
        let message = format!("Sends traffic to port {} of {title}, which has no such port.", self.port);
        let ports = at(&service.body, &["spec", "ports"]);
        let quote = format!(
            "{}: {} is {}; {title} has ports {}",
            holder.reference.title(),
            self.port_field,
            self.port,
            shown(ports)
        );
        let symptom = Symptom::new(PORT_NOT_FOUND, Severity::Warning, message)
            .in_part(self.port_field.as_str())
            .knowing("backend", format!("{}/{}", self.namespace, service.reference.name))
            .quoting(holder.observation, holder.seen_at, quote);
        let fault =
            |object, field, value| Fault { mechanism: Mechanism::RouteBackendMissing, object, field, value };
        let faults = [
            fault(&holder.reference, self.port_field.clone(), self.port),
            fault(&service.reference, FieldPath::from("spec.ports"), ports),
        ];
        Verdict::Sick(blame_latest(world, symptom, &faults))
    }
}

/// Whether the Service has that port, by number or name. One outside the cluster need not say which it has.
fn has_port(service: &Tracked, port: &Value) -> bool {
    let ports = list(&service.body, &["spec", "ports"]);
    let is_outside = text(&service.body, &["spec", "type"]) == "ExternalName";
    port.is_null()
        || (is_outside && ports.is_empty())
        || ports.iter().any(|it| at(it, &["port"]) == port || (port.is_string() && at(it, &["name"]) == port))
}

fn shown(ports: &Value) -> String {
    let ports = ports.as_array().map_or(&[][..], Vec::as_slice).iter().take(16);
    ports.map(|it| at(it, &["port"]).to_string()).collect::<Vec<_>>().join(", ")
}
