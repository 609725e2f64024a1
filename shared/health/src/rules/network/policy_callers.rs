//! Policies that cut workloads off from those that they call.

use super::{
    crew::{Call, Crew, ports},
    fault::still_written,
    policy::{Cast, blame, culprit, is_policy, last_changed},
};
use crate::{
    reach::{Denial, Direction, Peer, Peers, Verdict as Answer},
    references::references,
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, selects, time},
    world::World,
};
use chiron_model::Severity;
use serde_json::Value;

/// Connections that are listed.
const MAX_LISTED: usize = 32;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "policy-blocks-callers",
        kinds: &["NetworkPolicy"],
        conditions: &["CallersBlocked"],
        about: "A workload names a Service in its environment, its arguments or a ConfigMap that it reads, and the \
                policies let none of that traffic pass. Of several policies the one that was changed last is named, or \
                that whose rule comes nearest. An old policy against a caller known only from a shared ConfigMap \
                is only noted.",
        remedy: "Add the one rule that is missing, for this caller and this port, or take back the change of the \
                 policy. Never allow all.",
        link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    },
    check,
};

/// A connection that does not pass.
struct Cut {
    from: String,
    to: String,
    direction: Direction,
    /// What the nearest rule lacks, in words.
    lacks: String,
    is_sure: bool,
}

fn check(world: &World, policy: &Tracked) -> Vec<Verdict> {
    if !is_policy(policy) {
        return Vec::new();
    }
    let cast = Cast::of(world);
    let peers = cast.peers(world);
    let mut cuts = Vec::new();
    for (from, from_pod) in cast.iter() {
        for call in from.calls(world) {
            let home = &policy.reference.namespace;
            if from.namespace() != home && call.service.reference.namespace != *home {
                continue;
            }
            let selector = at(&call.service.body, &["spec", "selector"]);
            let behind = cast.iter().filter(|(to, _)| {
                to.namespace() == call.service.reference.namespace
                    && selects(selector, to.labels())
                    && !to.is(from)
            });
            for (to, to_pod) in behind {
                let ends = Ends { from: (from, from_pod), to: (to, to_pod) };
                cuts.extend(
                    ends.cuts(world, &peers, &call)
                        .filter(|(it, _)| it.reference.uid == policy.reference.uid)
                        .map(|(_, cut)| cut),
                );
            }
        }
    }
    if cuts.is_empty() {
        return Vec::new();
    }
    vec![still_written(world, policy).unwrap_or_else(|| describe(world, policy, &cuts))]
}

/// A caller and one workload behind the Service that it calls.
struct Ends<'a> {
    from: (&'a Crew<'a>, &'a Value),
    to: (&'a Crew<'a>, &'a Value),
}

impl Ends<'_> {
    /// What stands in the way of all ports that are meant, with the policy at fault.
    fn cuts<'w>(
        &self,
        world: &'w World,
        peers: &Peers<'_>,
        call: &Call<'_>,
    ) -> impl Iterator<Item = (&'w Tracked, Cut)> {
        let mut denials: Vec<Denial> = Vec::new();
        let mut passes = false;
        for (protocol, port) in ports(call, self.to.0) {
            match peers.verdict(&Peer::Pod(self.from.1), &Peer::Pod(self.to.1), protocol, port) {
                Answer::Allowed | Answer::NoAddress => passes = true,
                Answer::Denied(found) if denials.is_empty() => denials = found,
                Answer::Denied(_) => {}
            }
        }
        if passes || self.is_unsure(world, &denials) {
            denials.clear();
        }
        let cuts: Vec<(&'w Tracked, Cut)> = denials
            .into_iter()
            .filter_map(|denial| {
                let nearest = denial.nearest.as_ref().filter(|it| it.misses.len() == 1);
                let policy = culprit(world, &denial.policies, nearest.map(|it| &it.policy))?;
                let cut = Cut {
                    from: self.from.0.workload.reference.title(),
                    to: call.service.reference.title(),
                    direction: denial.direction,
                    lacks: denial.nearest.map_or_else(String::new, |it| format!("; {it}")),
                    is_sure: call.is_own || self.came_later(world, policy) || !self.is_shared(world),
                };
                Some((policy, cut))
            })
            .collect();
        cuts.into_iter()
    }

    /// Whether the policy is newer than the caller.
    fn came_later(&self, world: &World, policy: &Tracked) -> bool {
        let made = |it: &Tracked| time(&it.body, &["metadata", "creationTimestamp"]);
        last_changed(world, policy).is_some() || made(policy) > made(self.from.0.pod)
    }

    /// Whether other workloads read the same settings, so that they do not tell who calls.
    fn is_shared(&self, world: &World) -> bool {
        let own = maps(self.from.0.pod);
        let uid = |crew: &Crew<'_>| crew.workload.reference.uid.clone();
        let ends = [uid(self.from.0), uid(self.to.0)];
        let pods = world.objects.in_namespace("Pod", self.from.0.namespace()).take(1000);
        pods.filter(|pod| !ends.contains(&world.workload(pod).reference.uid))
            .any(|pod| maps(pod).iter().any(|name| own.contains(name)))
    }

    /// Blocks of addresses decide nothing about a pod whose address is not known.
    fn is_unsure(&self, world: &World, denials: &[Denial]) -> bool {
        let is_addressless = |pod: &Value| at(pod, &["status"]).is_null();
        let names_block = |policy: &Tracked| {
            let spec = at(&policy.body, &["spec"]);
            let rules = list(spec, &["ingress"]).iter().chain(list(spec, &["egress"]));
            rules
                .flat_map(|rule| list(rule, &["from"]).iter().chain(list(rule, &["to"])))
                .any(|end| !at(end, &["ipBlock"]).is_null())
        };
        (is_addressless(self.from.1) || is_addressless(self.to.1))
            && denials.iter().flat_map(|denial| &denial.policies).any(|name| {
                let policy = world.objects.named("NetworkPolicy", &name.namespace, &name.name);
                policy.is_some_and(names_block)
            })
    }
}

/// The `ConfigMaps` that a pod reads.
fn maps(pod: &Tracked) -> Vec<String> {
    let read = references(&pod.body).into_iter().filter(|it| it.kind == "ConfigMap");
    read.map(|it| it.name).collect()
}

fn describe(world: &World, policy: &Tracked, cuts: &[Cut]) -> Verdict {
    let severity = if cuts.iter().any(|it| it.is_sure) { Severity::Warning } else { Severity::Info };
    let first = &cuts[0];
    let rest = if cuts.len() > 1 { format!(" {} connections in all.", cuts.len()) } else { String::new() };
    let message =
        format!("{} calls {} and may not reach it ({}).{rest}", first.from, first.to, first.direction.name());
    let listed: Vec<String> =
        cuts.iter().take(MAX_LISTED).map(|it| format!("{} -> {}", it.from, it.to)).collect();
    let mut symptom = Symptom::new("CallersBlocked", severity, message).knowing("cut", listed);
    for cut in cuts.iter().take(3) {
        let quote = format!(
            "{}: {} -> {} is denied on {}{}",
            policy.reference.title(),
            cut.from,
            cut.to,
            cut.direction.name(),
            cut.lacks
        );
        symptom = symptom.quoting(policy.observation, policy.seen_at, quote);
    }
    Verdict::Sick(blame(world, symptom, policy, first.direction))
}
