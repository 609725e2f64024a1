//! Nodes whose heartbeat stopped before anybody noticed.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, has_condition, time},
    world::World,
};
use chiron_model::{Severity, Timestamp};
use std::time::Duration;

/// Where the heartbeats of nodes are kept.
const NAMESPACE: &str = "kube-node-lease";
/// A kubelet renews its lease every 10 s, and is declared lost after 40 s to 50 s.
const STALE: Duration = Duration::from_mins(1);
/// How soon to look again.
const AGAIN: Duration = Duration::from_secs(20);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "node-lease-stale",
        kinds: &["Node"],
        conditions: &["NodeLeaseStale"],
        about: "The lease by which a node says that it lives was not renewed for a minute, and its condition still \
                says Ready. Nodes whose clock is behind, and nodes whose leases are not watched, are not reported. A \
                node that is not ready has a rule of its own.",
        remedy: "Look at the kubelet of the node and at its way to the API server.",
        link: "https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats",
    },
    check,
};

fn check(world: &World, node: &Tracked) -> Vec<Verdict> {
    let Some(lease) = world.objects.named("Lease", NAMESPACE, &node.reference.name) else {
        return Vec::new();
    };
    let Some(renewed) = renewed(lease).filter(|_| has_condition(&node.body, "Ready", "True")) else {
        return Vec::new();
    };
    let due = renewed.plus(STALE);
    if world.now <= due {
        return vec![Verdict::Pending(due.plus(Duration::from_secs(1)))];
    }
    // A recording is as old as its newest lease; what was written after it says nothing of the kubelets.
    let newest = if world.is_recorded { newest_lease(world) } else { world.now };
    if newest <= due {
        return Vec::new();
    }
    let age = newest.seconds_since(renewed).round();
    let message = format!("The node says Ready, but renewed its lease {age} s ago.");
    let quote = format!("{}: renewed {renewed}", lease.reference.title());
    vec![Verdict::Sick(
        Symptom::new("NodeLeaseStale", Severity::Warning, message)
            .knowing("holder", at(&lease.body, &["spec", "holderIdentity"]).clone())
            .quoting(lease.observation, lease.seen_at, quote)
            .rechecked_at(world.now.plus(AGAIN)),
    )]
}

fn newest_lease(world: &World) -> Timestamp {
    let leases = world.objects.in_namespace("Lease", NAMESPACE);
    leases.filter_map(renewed).max().unwrap_or(Timestamp::MIN)
}

/// When a lease was renewed: as its kubelet says, or as the API server noted, when the clock of the node is behind.
fn renewed(lease: &Tracked) -> Option<Timestamp> {
    let noted = lease.writers.iter().filter_map(|it| it.at).max();
    time(&lease.body, &["spec", "renewTime"]).max(noted)
}
