//! Which findings belong to one fault.

use chiron_health::is_restart_mark;
use chiron_model::{Change, Finding, Incident, Relation, Suspect};
use std::time::Duration;

/// A shared change lies at most so long before both findings.
const RECENT: Duration = Duration::from_secs(600);

/// Whether a finding belongs to an incident: it is of the same group, or the same change from outside reaches both.
pub(crate) fn belongs(finding: &Finding, incident: &Incident) -> bool {
    incident.cluster == finding.object.cluster
        && (incident.findings.iter().any(|known| known.group == finding.group || shares_cause(known, finding)))
}

fn shares_cause(known: &Finding, finding: &Finding) -> bool {
    outside(known).any(|one| {
        outside(finding).any(|other| {
            one.change.observation == other.change.observation && one.change.field == other.change.field
        })
    })
}

/// Recent changes of other objects that reach the one in trouble.
fn outside(finding: &Finding) -> impl Iterator<Item = &Suspect> {
    let earliest = finding.first_seen.minus(RECENT);
    finding.suspects.iter().filter(move |suspect| {
        suspect.change.at >= earliest
            && !is_restart_mark(&suspect.change)
            && !is_harmless_creation(&suspect.change)
            && matches!(suspect.relation, Relation::Reads | Relation::Limits | Relation::Hosts | Relation::Calls)
    })
}

/// Objects that appear beside a workload are no cause of trouble, but for those that limit it.
fn is_harmless_creation(change: &Change) -> bool {
    change.is_creation() && !matches!(change.object.kind.as_str(), "ResourceQuota" | "LimitRange" | "NetworkPolicy")
}
