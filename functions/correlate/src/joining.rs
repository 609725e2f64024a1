//! Which findings belong to one fault.

use chiron_health::is_restart_mark;
use chiron_model::{Change, Finding, Incident, Relation, Suspect};
use serde_json::Value;
use std::time::Duration;

/// A shared change lies at most so long before both findings.
const RECENT: Duration = Duration::from_mins(10);

/// Whether a finding belongs to an incident: it is of the same group, or the same change from outside reaches both.
pub(crate) fn belongs(finding: &Finding, incident: &Incident) -> bool {
    incident.cluster == finding.object.cluster
        && incident.findings.iter().any(|known| {
            known.group == finding.group
                || shares_cause(known, finding)
                || follows(finding, known)
                || follows(known, finding)
        })
}

/// Whether a finding after the end of an incident is another fault and no relapse: no such symptom was part of it, and the
/// workload was changed since.
pub(crate) fn is_another(finding: &Finding, incident: &Incident) -> bool {
    incident.closed_at.is_some_and(|closed| {
        let is_of_it = |suspect: &Suspect| is_own(suspect) && suspect.change.field.is_within("spec");
        incident.findings.iter().all(|it| it.rule != finding.rule)
            && reaching(finding).any(|it| is_of_it(it) && it.change.at > closed)
    })
}

/// Whether a finding is about a workload that calls the one in trouble, and has no change of its own to blame.
fn follows(caller: &Finding, callee: &Finding) -> bool {
    let calls = caller.facts.get("calls").and_then(Value::as_array);
    calls.is_some_and(|groups| groups.iter().any(|it| *it == callee.group)) && !was_changed(caller)
}

fn shares_cause(known: &Finding, finding: &Finding) -> bool {
    reaching(known).any(|one| {
        reaching(finding)
            .any(|other| is_same(&one.change, &other.change) && joins((known, one), (finding, other)))
    })
}

fn is_same(one: &Change, other: &Change) -> bool {
    one.observation == other.observation && one.field == other.field
}

/// Whether a change that reaches two findings makes them one: it comes from outside to both; or it is one's own and
/// the other reads the object, or has no change of its own to blame.
fn joins((known, one): (&Finding, &Suspect), (finding, other): (&Finding, &Suspect)) -> bool {
    match (is_own(one), is_own(other)) {
        (false, false) => {
            is_shared(one.relation) && is_shared(other.relation) && !is_harmless_creation(&one.change)
        }
        (true, false) => is_read(other.relation) || !was_changed(finding),
        (false, true) => is_read(one.relation) || !was_changed(known),
        (true, true) => false,
    }
}

fn is_own(suspect: &Suspect) -> bool {
    suspect.relation == Relation::Itself
}

/// Whether somebody changed what the workload of a finding shall be.
fn was_changed(finding: &Finding) -> bool {
    reaching(finding).any(|it| is_own(it) && !it.change.is_creation() && it.change.field.is_within("spec"))
}

fn is_read(relation: Relation) -> bool {
    relation == Relation::Reads
}

/// Ways by which one change reaches several workloads.
fn is_shared(relation: Relation) -> bool {
    matches!(relation, Relation::Reads | Relation::Limits | Relation::Hosts | Relation::Calls)
}

/// Recent changes that may have caused a finding.
fn reaching(finding: &Finding) -> impl Iterator<Item = &Suspect> {
    let earliest = finding.first_seen.minus(RECENT);
    finding
        .suspects
        .iter()
        .filter(move |suspect| suspect.change.at >= earliest && !is_restart_mark(&suspect.change))
}

/// Objects that appear beside a workload are no cause of trouble, but for those that limit it.
fn is_harmless_creation(change: &Change) -> bool {
    change.is_creation()
        && !matches!(change.object.kind.as_str(), "ResourceQuota" | "LimitRange" | "NetworkPolicy")
}
