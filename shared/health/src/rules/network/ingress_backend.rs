//! Ingresses that send traffic to a Service or port that does not exist.

use super::{
    backend::{Backend, NOT_FOUND, PORT_NOT_FOUND},
    fault::{is_of_group, item_path},
};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::Verdict,
    view::{at, list},
    world::World,
};
use chiron_model::FieldPath;
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "ingress-backend",
        kinds: &["Ingress"],
        conditions: &[NOT_FOUND, PORT_NOT_FOUND],
        about: "An Ingress names a Service that does not exist, or a port that the Service does not have. Objects that \
                are made together get 10 s; backends that are no Services are not looked at.",
        remedy: "Correct the name or the port in the Ingress, or bring back the Service, whichever was changed last.",
        link: "https://kubernetes.io/docs/concepts/services-networking/ingress/",
    },
    check,
};

/// Whether it is an Ingress of Kubernetes.
pub(crate) fn is_ingress(object: &Tracked) -> bool {
    is_of_group(object, "networking.k8s.io") || is_of_group(object, "extensions")
}

fn check(world: &World, ingress: &Tracked) -> Vec<Verdict> {
    if !is_ingress(ingress) {
        return Vec::new();
    }
    let spec = at(&ingress.body, &["spec"]);
    let mut backends = vec![
        read(ingress, at(spec, &["defaultBackend"]), &FieldPath::from("spec.defaultBackend")),
        read(ingress, at(spec, &["backend"]), &FieldPath::from("spec.backend")),
    ];
    let rules = list(spec, &["rules"]);
    for (index, rule) in rules.iter().enumerate() {
        let base = item_path(&FieldPath::from("spec.rules"), rules, index).key("http").key("paths");
        let paths = list(rule, &["http", "paths"]);
        for (index, path) in paths.iter().enumerate() {
            let field = item_path(&base, paths, index).key("backend");
            backends.push(read(ingress, at(path, &["backend"]), &field));
        }
    }
    backends.iter().filter_map(|backend| backend.check(world, ingress)).collect()
}

/// Reads a backend in today's form or in that of `v1beta1`.
fn read<'a>(ingress: &'a Tracked, backend: &'a Value, field: &FieldPath) -> Backend<'a> {
    let namespace = &ingress.reference.namespace;
    let service = at(backend, &["service"]);
    if service.is_null() {
        return Backend {
            namespace,
            name: at(backend, &["serviceName"]),
            name_field: field.key("serviceName"),
            port: at(backend, &["servicePort"]),
            port_field: field.key("servicePort"),
        };
    }
    let port = at(service, &["port"]);
    let key = if at(port, &["number"]).is_null() { "name" } else { "number" };
    Backend {
        namespace,
        name: at(service, &["name"]),
        name_field: field.key("service").key("name"),
        port: at(port, &[key]),
        port_field: field.key("service").key("port").key(key),
    }
}
