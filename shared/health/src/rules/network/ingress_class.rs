//! Ingresses that no controller takes, for want of a class.

use super::{
    fault::{Fault, Wanted, blame_latest, is_absent, still_coming},
    ingress_backend::is_ingress,
};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text, time},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use std::time::Duration;

/// A controller writes its address within this time.
const PATIENCE: Duration = Duration::from_mins(2);
/// The way to name a class before there was a field for it.
const LEGACY: &str = "kubernetes.io/ingress.class";
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "ingress-class",
        kinds: &["Ingress"],
        conditions: &["IngressClassMissing"],
        about: "An Ingress names a class that does not exist, or names none while the cluster has no default, and has \
                no address after 2 minutes. One that has an address is served by some controller: that its class \
                is missing is only noted. A class in the old annotation needs no object.",
        remedy: "Name an existing class in spec.ingressClassName, or mark one as the default.",
        link: "https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class",
    },
    check,
};

fn check(world: &World, ingress: &Tracked) -> Vec<Verdict> {
    let named = at(&ingress.body, &["spec", "ingressClassName"]);
    let is_legacy = !text(&ingress.body, &["metadata", "annotations", LEGACY]).is_empty();
    if !is_ingress(ingress) || (named.is_null() && is_legacy) {
        return Vec::new();
    }
    let found = match named.as_str() {
        Some(name) => missing(world, ingress, name),
        None => unnamed(world, ingress),
    };
    found.into_iter().collect()
}

fn has_address(ingress: &Tracked) -> bool {
    !list(&ingress.body, &["status", "loadBalancer", "ingress"]).is_empty()
}

fn missing(world: &World, ingress: &Tracked, name: &str) -> Option<Verdict> {
    let wanted = Wanted { kind: "IngressClass", namespace: "", name };
    if !is_absent(world, "", wanted) {
        return None;
    }
    let severity = if has_address(ingress) { Severity::Info } else { Severity::Warning };
    let said = format!("The class {name} does not exist.");
    Some(still_coming(world, ingress, wanted).unwrap_or_else(|| {
        let gone = Fault::deletion(world, Mechanism::RouteBackendMissing, wanted);
        describe(world, ingress, (severity, said), gone)
    }))
}

fn unnamed(world: &World, ingress: &Tracked) -> Option<Verdict> {
    let is_default = |it: &Tracked| text(&it.body, &["metadata", "annotations", DEFAULT]) == "true";
    if has_address(ingress)
        || !world.is_read("IngressClass", "")
        || world.objects.of_kind("IngressClass").any(is_default)
    {
        return None;
    }
    let since = time(&ingress.body, &["metadata", "creationTimestamp"]).unwrap_or(ingress.seen_at);
    let said = "Names no class, and no class is the default.".to_owned();
    let wait = world.waits_until(since.plus(PATIENCE));
    Some(wait.unwrap_or_else(|| describe(world, ingress, (Severity::Warning, said), None)))
}

fn describe(
    world: &World,
    ingress: &Tracked,
    (severity, said): (Severity, String),
    gone: Option<Fault<'_>>,
) -> Verdict {
    let quote = format!("{}: {said}", ingress.reference.title());
    let symptom = Symptom::new("IngressClassMissing", severity, said).quoting(
        ingress.observation,
        ingress.seen_at,
        quote,
    );
    let own = Fault {
        mechanism: Mechanism::RouteBackendMissing,
        object: &ingress.reference,
        field: FieldPath::from("spec.ingressClassName"),
        value: at(&ingress.body, &["spec", "ingressClassName"]),
    };
    let faults: Vec<Fault<'_>> = std::iter::once(own).chain(gone).collect();
    Verdict::Sick(blame_latest(world, symptom, &faults))
}
