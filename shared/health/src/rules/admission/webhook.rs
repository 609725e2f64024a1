//! Admission webhooks that nobody answers.

use super::callee::Callee;
use crate::{
    rules::{
        Rule, RuleDoc,
        network::fault::{is_of_group, item_path},
    },
    tally::Tally,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text},
    world::World,
};
use chiron_model::{FieldPath, Severity};
use serde_json::Value;
use std::collections::BTreeMap;

/// Services of one configuration that are looked at.
const MAX_SERVICES: usize = 64;
/// What the API server says when a call fails.
const FAILED: &str = "failed calling webhook";

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "webhook-unavailable",
        kinds: &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
        conditions: &["WebhookUnavailable"],
        about: "The Service behind an admission webhook does not exist for a minute, or has had no ready pod for 2 \
                minutes. With failurePolicy Fail all requests that the webhook is asked about are refused: a warning, and \
                critical once Events say that calls fail. With Ignore nobody is asked, which is only noted. Webhooks \
                without rules, webhooks outside the cluster, and Services or pods that are not read are left alone.",
        remedy: "Bring the pods behind the Service back, or correct clientConfig.service. Where a webhook that is not \
                 needed any more blocks the cluster, delete its configuration.",
        link: "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy",
    },
    check,
};

fn check(world: &World, config: &Tracked) -> Vec<Verdict> {
    if !is_of_group(config, "admissionregistration.k8s.io") {
        return Vec::new();
    }
    let entries = list(&config.body, &["webhooks"]);
    strictest(config, entries).into_iter().filter_map(|index| report(world, config, entries, index)).collect()
}

/// For each Service the first entry that refuses when it is not answered, or else the first one.
fn strictest(config: &Tracked, entries: &[Value]) -> Vec<usize> {
    let mut found: BTreeMap<(&str, &str), (usize, bool)> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let service = at(entry, &["clientConfig", "service"]);
        let key = (text(service, &["namespace"]), text(service, &["name"]));
        let is_asked = !key.1.is_empty() && !list(entry, &["rules"]).is_empty();
        if !is_asked || (found.len() >= MAX_SERVICES && !found.contains_key(&key)) {
            continue;
        }
        let known = found.entry(key).or_insert((index, refuses(config, entry)));
        if !known.1 && refuses(config, entry) {
            *known = (index, true);
        }
    }
    found.into_values().map(|(index, _)| index).collect()
}

/// Whether requests are refused when the webhook does not answer; what is not said differs by version.
fn refuses(config: &Tracked, entry: &Value) -> bool {
    match text(entry, &["failurePolicy"]) {
        "" => !config.reference.api_version.ends_with("/v1beta1"),
        policy => policy == "Fail",
    }
}

fn report(world: &World, config: &Tracked, entries: &[Value], index: usize) -> Option<Verdict> {
    let entry = entries.get(index)?;
    let service = at(entry, &["clientConfig", "service"]);
    let path = item_path(&FieldPath::from("webhooks"), entries, index);
    let callee = Callee {
        namespace: text(service, &["namespace"]),
        name: at(service, &["name"]),
        field: path.key("clientConfig").key("service").key("name"),
    };
    let silence = callee.silence(world)?;
    if let Some(pending) = callee.still_starting(world, config, &silence) {
        return Some(pending);
    }
    let symptom = describe(world, config, entry, &callee, &silence.told(&callee));
    Some(Verdict::Sick(callee.blame(world, config, &silence, symptom)))
}

fn describe(world: &World, config: &Tracked, entry: &Value, callee: &Callee<'_>, why: &str) -> Symptom {
    let name = text(entry, &["name"]);
    let failed = failed_call(world, name, callee);
    let (severity, result) = match (refuses(config, entry), failed.is_some()) {
        (true, true) => (Severity::Critical, "requests are refused"),
        (true, false) => (Severity::Warning, "what it is asked about is refused"),
        (false, _) => (Severity::Info, "requests pass without it"),
    };
    let quote = format!("{}: webhook {name}: {why}", config.reference.title());
    let symptom = Symptom::new(
        "WebhookUnavailable",
        severity,
        format!("The webhook {name} does not answer, so {result}: {why}."),
    )
    .in_part(&callee.title())
    .knowing("webhook", name)
    .quoting(config.observation, config.seen_at, quote);
    match failed {
        Some(it) => {
            let quote = format!("Event on {}/{}: {}: {}", it.kind, it.name, it.reason, it.note);
            symptom.quoting(it.observation, it.last, quote)
        }
        None => symptom,
    }
}

/// The newest Event that says that a call of this webhook, or of another one behind the same Service, failed.
fn failed_call<'w>(world: &'w World, name: &str, callee: &Callee<'_>) -> Option<&'w Tally> {
    let quoted = format!("\"{name}\"");
    let host = callee.name.as_str().map(|service| format!("//{service}.{}.svc", callee.namespace))?;
    let said = world.tallies.iter().map(|(_, tally)| tally);
    said.filter(|it| it.note.contains(FAILED) && (it.note.contains(&quoted) || it.note.contains(&host)))
        .max_by_key(|it| (it.last, it.observation))
}
