//! Load balancers that get no address.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{list, text, time},
    world::World,
};
use chiron_model::{Severity, Timestamp};
use std::time::Duration;

/// Clouds make a load balancer within this time.
const PATIENCE: Duration = Duration::from_mins(5);

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "load-balancer-pending",
        kinds: &["Service"],
        conditions: &["LoadBalancerPending"],
        about: "A Service of type LoadBalancer has no address 5 minutes after it was made, or became one. Where no such \
                Service ever got an address the cluster has nothing that gives them: then it is only noted.",
        remedy: "Read the Events of the Service; check quotas and permissions of the cloud, or the address pool of \
                 the controller.",
        link: "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
    },
    check,
};

fn check(world: &World, service: &Tracked) -> Vec<Verdict> {
    if !is_balanced(service) || has_address(service) {
        return Vec::new();
    }
    let due = since(world, service).plus(PATIENCE);
    // How long it lasts is what counts, so that a recording waits too.
    if world.now < due {
        return vec![Verdict::Pending(due)];
    }
    let is_given = world.objects.of_kind("Service").any(|it| is_balanced(it) && has_address(it));
    let severity = if is_given { Severity::Warning } else { Severity::Info };
    let events = world.tallies_of(&service.reference).filter(|it| it.reason.contains("LoadBalancer"));
    let said = events.max_by_key(|it| it.last);
    let message = "The load balancer has no address.".to_owned();
    let quote = format!("{}: status.loadBalancer.ingress is empty", service.reference.title());
    let mut symptom = Symptom::new("LoadBalancerPending", severity, message).quoting(
        service.observation,
        service.seen_at,
        quote,
    );
    if let Some(event) = said {
        let quote = format!("Event on {}: {}: {}", service.reference.title(), event.reason, event.note);
        symptom = symptom.quoting(event.observation, event.last, quote);
    }
    vec![Verdict::Sick(symptom)]
}

fn is_balanced(service: &Tracked) -> bool {
    service.reference.api_version == "v1" && text(&service.body, &["spec", "type"]) == "LoadBalancer"
}

fn has_address(service: &Tracked) -> bool {
    !list(&service.body, &["status", "loadBalancer", "ingress"]).is_empty()
        || !list(&service.body, &["spec", "externalIPs"]).is_empty()
}

fn since(world: &World, service: &Tracked) -> Timestamp {
    let made = time(&service.body, &["metadata", "creationTimestamp"]).unwrap_or(service.seen_at);
    let turned =
        world.changes.iter().rev().find(|change| {
            change.object.uid == service.reference.uid && change.field.as_str() == "spec.type"
        });
    turned.map_or(made, |change| change.at.max(made))
}
