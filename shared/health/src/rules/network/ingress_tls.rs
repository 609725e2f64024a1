//! Ingresses whose certificate is not there.

use super::{
    fault::{Fault, Wanted, blame_latest, is_absent, item_path, still_coming},
    ingress_backend::is_ingress,
};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, time},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity};
use serde_json::Value;
use std::time::Duration;

/// Certificates are issued within this time.
const ISSUING: Duration = Duration::from_mins(5);
/// Annotations of tools that make the Secret themselves begin so.
const ISSUERS: &[&str] = &["cert-manager.io/", "certmanager.k8s.io/", "kubernetes.io/tls-acme"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "ingress-tls",
        kinds: &["Ingress"],
        conditions: &["TLSSecretMissing"],
        about: "An Ingress names a Secret with a certificate that does not exist. Where a tool issues certificates by \
                itself it gets 5 minutes. Nothing is said where Secrets are not read.",
        remedy: "Correct spec.tls[].secretName, or have the certificate issued again. Never copy private keys between \
                 namespaces.",
        link: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    },
    check,
};

fn check(world: &World, ingress: &Tracked) -> Vec<Verdict> {
    if !is_ingress(ingress) {
        return Vec::new();
    }
    let entries = list(&ingress.body, &["spec", "tls"]);
    let named = entries.iter().enumerate().filter_map(|(index, entry)| {
        let name = entry.get("secretName")?;
        let field = item_path(&FieldPath::from("spec.tls"), entries, index).key("secretName");
        unissued(world, ingress, name, &field)
    });
    named.collect()
}

fn unissued(world: &World, ingress: &Tracked, secret: &Value, field: &FieldPath) -> Option<Verdict> {
    let name = secret.as_str()?;
    let namespace = ingress.reference.namespace.as_str();
    let wanted = Wanted { kind: "Secret", namespace, name };
    if !is_absent(world, namespace, wanted) {
        return None;
    }
    if let Some(pending) = still_coming(world, ingress, wanted).or_else(|| still_issued(world, ingress)) {
        return Some(pending);
    }
    let message = format!("The Secret {name} with the certificate does not exist.");
    let quote = format!("{}: {field} is {name}; there is no such Secret", ingress.reference.title());
    let symptom = Symptom::new("TLSSecretMissing", Severity::Warning, message)
        .in_part(field.as_str())
        .quoting(ingress.observation, ingress.seen_at, quote);
    let own = Fault {
        mechanism: Mechanism::ReferenceToMissingConfiguration,
        object: &ingress.reference,
        field: field.clone(),
        value: secret,
    };
    let gone = Fault::deletion(world, Mechanism::ConfigurationObjectMissing, wanted);
    let faults: Vec<Fault<'_>> = std::iter::once(own).chain(gone).collect();
    Some(Verdict::Sick(blame_latest(world, symptom, &faults)))
}

fn still_issued(world: &World, ingress: &Tracked) -> Option<Verdict> {
    let annotations = at(&ingress.body, &["metadata", "annotations"]).as_object()?;
    let is_issued = annotations.keys().any(|key| ISSUERS.iter().any(|issuer| key.starts_with(issuer)));
    let since = time(&ingress.body, &["metadata", "creationTimestamp"]).unwrap_or(ingress.seen_at);
    if is_issued { world.waits_until(since.plus(ISSUING)) } else { None }
}
