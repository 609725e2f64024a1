//! Certificates of cert-manager that were not renewed in time.

use crate::{
    rules::{
        Rule, RuleDoc,
        network::fault::{Fault, blame_latest, is_of_group},
    },
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text, time},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Severity, Timestamp};
use std::time::Duration;

/// So long before its end a certificate should have a successor.
const NOTICE: Duration = Duration::from_hours(7 * 24);
/// A renewal may take this long.
const RENEWAL: Duration = Duration::from_hours(1);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "certificate-expiring",
        kinds: &["Certificate"],
        conditions: &["CertificateExpired", "CertificateExpiring"],
        about: "A certificate of cert-manager has expired (critical), or expires within 7 days although its renewal was \
                due an hour ago. A certificate that is being issued for less than an hour, or whose renewal is still to \
                come, is healthy, however short its life.",
        remedy: "Read the newest CertificateRequest, Order and Challenge of the certificate: they say why the issuer did \
                 not sign.",
        link: "https://cert-manager.io/docs/troubleshooting/",
    },
    check,
};

fn check(world: &World, certificate: &Tracked) -> Vec<Verdict> {
    let end = time(&certificate.body, &["status", "notAfter"]);
    let Some(end) = end.filter(|_| is_of_group(certificate, "cert-manager.io")) else { return Vec::new() };
    let due = due(certificate, end);
    // How near the end is counts, so that a recording waits too.
    if world.now < due {
        return vec![Verdict::Pending(due)];
    }
    vec![Verdict::Sick(describe(world, certificate, end))]
}

/// Whether this certificate is told of here.
pub(super) fn is_told(world: &World, object: &Tracked) -> bool {
    object.reference.kind == "Certificate"
        && check(world, object).iter().any(|it| matches!(it, Verdict::Sick(_)))
}

/// When it is to be told: without a time of renewal only the end itself counts.
fn due(certificate: &Tracked, end: Timestamp) -> Timestamp {
    let renewal = time(&certificate.body, &["status", "renewalTime"]);
    let late = renewal.map_or(end, |at| end.minus(NOTICE).max(at.plus(RENEWAL)).min(end));
    let issuing = condition(&certificate.body, "Issuing").filter(|it| text(it, &["status"]) == "True");
    let begun = issuing.and_then(|it| time(it, &["lastTransitionTime"]));
    begun.map_or(late, |at| late.max(at.plus(RENEWAL)))
}

fn describe(world: &World, certificate: &Tracked, end: Timestamp) -> Symptom {
    let is_over = world.now >= end;
    let (name, severity, message) = if is_over {
        let message = format!("The certificate expired at {end} and was not renewed.");
        ("CertificateExpired", Severity::Critical, message)
    } else {
        let message = format!("The certificate expires at {end}, and its renewal is overdue.");
        ("CertificateExpiring", Severity::Warning, message)
    };
    let quote = format!("{}: status.notAfter is {end}", certificate.reference.title());
    let symptom = Symptom::new(name, severity, message)
        .in_part(name)
        .knowing("notAfter", end.to_string())
        .quoting(certificate.observation, certificate.seen_at, quote);
    let symptom = if is_over { symptom } else { symptom.rechecked_at(end) };
    blame_latest(world, symptom, &["secretName", "issuerRef"].map(|key| fault(certificate, key)))
}

fn fault<'a>(certificate: &'a Tracked, key: &str) -> Fault<'a> {
    Fault {
        mechanism: Mechanism::CertificateExpired,
        object: &certificate.reference,
        field: FieldPath::from("spec").key(key),
        value: at(&certificate.body, &["spec", key]),
    }
}
