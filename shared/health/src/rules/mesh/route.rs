//! Routes of the mesh that lead nowhere.

use super::{
    destination::{Destination, routes},
    host::{is_host_absent, is_networking, place, rules_for, service_of},
};
use crate::{
    rules::{
        Rule, RuleDoc, is_over,
        network::fault::{Fault, Wanted, blame_latest, item_path, still_coming, still_written},
    },
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, selects, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;

/// The word of the mesh's own analysis.
const NOT_FOUND: &str = "ReferencedResourceNotFound";
const NO_PODS: &str = "SubsetWithoutPods";

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-route",
        kinds: &["VirtualService"],
        conditions: &[NOT_FOUND, NO_PODS],
        about: "A VirtualService sends traffic to a host that does not exist, to a subset that no DestinationRule defines, \
                or to one whose labels no pod has while the Service has other pods. Destinations with weight 0, hosts \
                outside the cluster and wildcards are left out.",
        remedy: "Restore the former weights or the subset. Do not delete the VirtualService.",
        link: "https://istio.io/latest/docs/ops/common-problems/network-issues/",
    },
    check,
};

/// What is wrong with a destination.
struct Lack<'a> {
    condition: &'static str,
    said: String,
    faults: Vec<Fault<'a>>,
    pending: Option<Verdict>,
}

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    if !is_networking(service) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for route in routes(service) {
        let among = route.destinations.len();
        for destination in route.destinations.iter().filter(|it| it.is_used(among)) {
            let lack = unknown_host(world, service, destination)
                .or_else(|| unknown_subset(world, service, destination))
                .or_else(|| empty_subset(world, service, destination));
            if let Some(lack) = lack {
                found.push(verdict(world, service, destination, lack));
            }
        }
    }
    found
}

fn verdict(world: &World, service: &Tracked, destination: &Destination<'_>, lack: Lack<'_>) -> Verdict {
    if let Some(pending) = lack.pending.or_else(|| still_written(world, service)) {
        return pending;
    }
    let share = destination.weight.map_or_else(String::new, |weight| format!(" with weight {weight}"));
    let quote = format!("{}: {}{share}: {}", service.reference.title(), destination.field, lack.said);
    let mut symptom = Symptom::new(lack.condition, Severity::Warning, lack.said)
        .in_part(destination.field.as_str())
        .knowing("host", destination.host)
        .quoting(service.observation, service.seen_at, quote);
    if !destination.subset.is_empty() {
        symptom = symptom.knowing("subset", destination.subset);
    }
    let own = Fault {
        mechanism: Mechanism::RouteBackendMissing,
        object: &service.reference,
        field: destination.field.clone(),
        value: destination.item,
    };
    let faults: Vec<Fault<'_>> = std::iter::once(own).chain(lack.faults).collect();
    Verdict::Sick(blame_latest(world, symptom, &faults))
}

fn unknown_host<'a>(world: &'a World, service: &Tracked, to: &Destination<'_>) -> Option<Lack<'a>> {
    let home = service.reference.namespace.as_str();
    if !is_host_absent(world, home, to.host) {
        return None;
    }
    let (namespace, name) = place(to.host, home)?;
    let wanted = Wanted { kind: "Service", namespace, name };
    Some(Lack {
        condition: NOT_FOUND,
        said: format!("The host {} does not exist.", to.host),
        faults: Fault::deletion(world, Mechanism::ServiceDeleted, wanted).into_iter().collect(),
        pending: still_coming(world, service, wanted),
    })
}

/// The rule and the place of a subset of that name.
fn subset<'a>(rule: &'a Tracked, name: &str) -> Option<(usize, &'a Value)> {
    let subsets = list(&rule.body, &["spec", "subsets"]).iter().enumerate();
    subsets.into_iter().find(|(_, it)| text(it, &["name"]) == name)
}

fn unknown_subset<'a>(world: &'a World, service: &Tracked, to: &Destination<'_>) -> Option<Lack<'a>> {
    let home = service.reference.namespace.as_str();
    if to.subset.is_empty() {
        return None;
    }
    let target = service_of(world, home, to.host)?;
    let rules: Vec<&Tracked> = rules_for(world, target).collect();
    let is_known = !rules.is_empty() || world.is_read("DestinationRule", &target.reference.namespace);
    if !is_known || rules.iter().any(|rule| subset(rule, to.subset).is_some()) {
        return None;
    }
    let mechanism = Mechanism::RouteBackendMissing;
    let left = rules.iter().map(|rule| Fault {
        mechanism,
        object: &rule.reference,
        field: FieldPath::from("spec.subsets"),
        value: at(&rule.body, &["spec", "subsets"]),
    });
    let gone = world.changes.iter().rev().find(|it| {
        it.object.kind == "DestinationRule"
            && it.to.is_null()
            && it.field.is_root()
            && place(text(&it.from, &["spec", "host"]), &it.object.namespace)
                == Some((&target.reference.namespace, &target.reference.name))
    });
    let gone = gone.map(|it| Fault { mechanism, object: &it.object, field: it.field.clone(), value: &it.to });
    let name = gone.as_ref().map_or("", |it| &it.object.name);
    let wanted = Wanted { kind: "DestinationRule", namespace: home, name };
    Some(Lack {
        condition: NOT_FOUND,
        said: format!("No DestinationRule defines the subset {} of {}.", to.subset, to.host),
        pending: still_coming(world, service, wanted),
        faults: left.chain(gone).collect(),
    })
}

fn empty_subset<'a>(world: &'a World, service: &Tracked, to: &Destination<'_>) -> Option<Lack<'a>> {
    let home = service.reference.namespace.as_str();
    let target = service_of(world, home, to.host).filter(|_| !to.subset.is_empty())?;
    let (rule, (index, found)) =
        rules_for(world, target).find_map(|rule| Some((rule, subset(rule, to.subset)?)))?;
    let labels = at(found, &["labels"]);
    let pods: Vec<&Tracked> = world.pods_behind(target).filter(|pod| !is_over(pod)).collect();
    let is_empty = labels.as_object().is_some_and(|it| !it.is_empty())
        && !pods.is_empty()
        && !pods.iter().any(|pod| selects(labels, at(&pod.body, &["metadata", "labels"])));
    if !is_empty {
        return None;
    }
    let items = list(&rule.body, &["spec", "subsets"]);
    let own = Fault {
        mechanism: Mechanism::RouteBackendMissing,
        object: &rule.reference,
        field: item_path(&FieldPath::from("spec.subsets"), items, index).key("labels"),
        value: labels,
    };
    let stopped = stopped(world, target, labels).map(|workload| Fault {
        mechanism: Mechanism::ScaledToZero,
        object: &workload.reference,
        field: FieldPath::from("spec.replicas"),
        value: at(&workload.body, &["spec", "replicas"]),
    });
    Some(Lack {
        condition: NO_PODS,
        said: format!("No pod of {} has the labels of the subset {}.", to.host, to.subset),
        pending: None,
        faults: std::iter::once(own).chain(stopped).collect(),
    })
}

/// The workload whose pods would be in the subset.
fn stopped<'a>(world: &'a World, target: &Tracked, labels: &Value) -> Option<&'a Tracked> {
    let kinds = ["Deployment", "StatefulSet"];
    let selector = at(&target.body, &["spec", "selector"]);
    kinds.iter().flat_map(|kind| world.objects.in_namespace(kind, &target.reference.namespace)).find(|it| {
        let own = at(crate::view::template(&it.body), &["metadata", "labels"]);
        selects(selector, own) && selects(labels, own)
    })
}
