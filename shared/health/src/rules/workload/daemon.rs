//! `DaemonSets` with pods on nodes where they should not be.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::count,
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// The controller takes such pods away when it can.
const PATIENCE: Duration = Duration::from_mins(5);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "daemon-set-misscheduled",
        kinds: &["DaemonSet"],
        conditions: &["Misscheduled"],
        about: "Pods of a DaemonSet run for 5 minutes on nodes that it does not ask for, mostly since the labels or \
                taints of a node changed. Worth knowing; replicas that are missing have a rule of their own.",
        remedy: "Compare the selector and the tolerations of the DaemonSet with the labels and taints of the nodes.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    },
    check,
};

fn check(world: &World, set: &Tracked) -> Vec<Verdict> {
    let stray = count(&set.body, &["status", "numberMisscheduled"]);
    if stray == 0 {
        return Vec::new();
    }
    if let Some(pending) = world.waits_until(set.seen_at.plus(PATIENCE)) {
        return vec![pending];
    }
    let quote = format!("{}: numberMisscheduled is {stray}", set.reference.title());
    let message = format!("{stray} pods run on nodes that the DaemonSet does not ask for.");
    vec![Verdict::Sick(Symptom::new("Misscheduled", Severity::Info, message).quoting(
        set.observation,
        set.seen_at,
        quote,
    ))]
}
