//! Workloads that lack replicas for no reason that another rule knows.

use super::{Rule, RuleDoc};
use crate::{
    standing::standing,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// Rollouts and scaling take their time.
const PATIENCE: Duration = Duration::from_mins(5);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "replicas-missing",
        kinds: &["Deployment", "StatefulSet", "DaemonSet"],
        conditions: &["ReplicasUnavailable"],
        about: "A workload has fewer ready replicas than it wants for 5 minutes, and no other rule says why.",
        remedy: "Look at the pods that are missing or not ready, and at what refuses or delays them.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
    },
    check,
};

fn check(world: &World, workload: &Tracked) -> Vec<Verdict> {
    let Some(standing) = standing(&workload.body).filter(|it| it.ready < it.desired) else {
        return Vec::new();
    };
    let since = world.short_since.get(&workload.reference.uid).copied().unwrap_or(workload.seen_at);
    let due = since.plus(PATIENCE);
    if let Some(pending) = world.waits_until(due) {
        return vec![pending];
    }
    let key = format!("{}/replicas-missing/", workload.reference.uid);
    let explained = world
        .findings
        .iter()
        .filter(|(other, open)| **other != key && open.finding.severity > Severity::Info)
        .any(|(_, open)| open.finding.workload.uid == workload.reference.uid);
    // A single look tells all symptoms; they share a group.
    if explained && !world.is_one_look {
        return Vec::new();
    }
    let severity = if standing.ready > 0 { Severity::Warning } else { Severity::Critical };
    let message = format!("{} of {} replicas are ready.", standing.ready, standing.desired);
    let quote = format!("{}: {message}", workload.reference.title());
    vec![Verdict::Sick(Symptom::new("ReplicasUnavailable", severity, message).quoting(
        workload.observation,
        workload.seen_at,
        quote,
    ))]
}
