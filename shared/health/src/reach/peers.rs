//! All ends and all policies of a cluster.

use super::{
    denial::Verdict,
    party::{Party, Peer, namespace_of},
    policy::{Clause, Direction, Policy, PolicyName},
    ports::{Ports, Protocol},
    profile::{Profile, Rulebook},
    selector::Labels,
};
use crate::view::text;
use serde_json::Value;
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

/// The pods, namespaces and policies of a cluster: built once, asked often.
pub struct Peers<'a> {
    namespaces: BTreeMap<&'a str, &'a Value>,
    pub(super) policies: Vec<Policy<'a>>,
    local: BTreeMap<&'a str, Vec<usize>>,
    pub(super) clauses: Vec<Clause<'a>>,
    /// The pods, by namespace and name.
    pub(super) members: Vec<Member<'a>>,
    /// The place of a pod among them by where it lies in memory: it is borrowed and cannot move.
    known: HashMap<usize, usize>,
}

/// An end with its profile.
#[derive(Clone)]
pub(super) struct Member<'a> {
    /// The pod, when it is one.
    pub pod: Option<&'a Value>,
    pub party: Party<'a>,
    pub profile: Profile,
}

impl<'a> Peers<'a> {
    /// Reads the objects. Order does not matter; of two objects with one name the later counts.
    ///
    /// A namespace that is not listed is known by its name alone, an object without a namespace is in `default`.
    #[must_use]
    pub fn new(pods: &[&'a Value], namespaces: &[&'a Value], policies: &[&'a Value]) -> Self {
        let named: BTreeMap<_, _> = policies.iter().map(|policy| (identity(policy), *policy)).collect();
        let mut peers = Self {
            namespaces: namespaces
                .iter()
                .map(|object| (text(object, &["metadata", "name"]), *object))
                .collect(),
            policies: Vec::new(),
            local: BTreeMap::new(),
            clauses: Vec::new(),
            members: Vec::new(),
            known: HashMap::new(),
        };
        for ((namespace, _), policy) in named {
            peers.local.entry(namespace).or_default().push(peers.policies.len());
            peers.policies.push(Policy::of(policy, &mut peers.clauses));
        }
        let pods: BTreeMap<_, _> = pods.iter().map(|pod| (identity(pod), *pod)).collect();
        let members = pods.values().map(|pod| peers.meet(Peer::Pod(pod))).collect();
        let known = pods.values().enumerate().map(|(index, pod)| (place(pod), index)).collect();
        Self { members, known, ..peers }
    }

    /// What may pass from one end to the other: what leaves `from` and enters `to`. Between two ends outside
    /// everything passes, with a pod that has finished or has no address nothing.
    #[must_use]
    pub fn allowed(&self, from: &Peer<'_>, to: &Peer<'_>) -> Ports {
        let (from, to) = (self.find(from), self.find(to));
        from.party.exempt(&to.party).unwrap_or_else(|| self.decided(&from, &to))
    }

    /// Whether that port may be reached, and what stands in the way.
    #[must_use]
    pub fn verdict(&self, from: &Peer<'_>, to: &Peer<'_>, protocol: Protocol, port: u16) -> Verdict {
        let (from, to) = (self.find(from), self.find(to));
        if from.party.is_silent() || to.party.is_silent() {
            return Verdict::NoAddress;
        }
        if from.party.exempt(&to.party).is_some() {
            return Verdict::Allowed;
        }
        self.judge(&from, &to, protocol, port)
    }

    /// The policies that guard that direction of the pod, sorted. None: everything passes.
    #[must_use]
    pub fn isolated(&self, pod: &Value, direction: Direction) -> Vec<PolicyName> {
        let member = self.find(&Peer::Pod(pod));
        let guards = member.profile.guards(direction).iter();
        guards.filter_map(|&index| self.policies.get(index)).map(Policy::full_name).collect()
    }

    /// What the policies let through, when they decide.
    pub(super) fn decided(&self, from: &Member<'_>, to: &Member<'_>) -> Ports {
        let leaves = self.through(from, Direction::Egress, to, to);
        if leaves.is_none() {
            leaves
        } else {
            leaves.intersect(&self.through(to, Direction::Ingress, from, to))
        }
    }

    /// What one side of `guarded` lets through.
    pub(super) fn through(
        &self,
        guarded: &Member<'_>,
        direction: Direction,
        other: &Member<'_>,
        destination: &Member<'_>,
    ) -> Ports {
        let guards = guarded.profile.guards(direction);
        if guards.is_empty() {
            return Ports::all();
        }
        let mut open = Vec::new();
        let rules = guards.iter().filter_map(|&index| self.policies.get(index)?.rules(direction)).flatten();
        for rule in rules.filter(|rule| other.profile.is_meant_by(rule)) {
            if rule.fixed.is_all() {
                return Ports::all();
            }
            rule.open_on(&destination.party, &mut open);
        }
        Ports::of(open)
    }

    /// A pod that is known comes with its profile; one that only has the same name is read afresh.
    pub(super) fn find<'s>(&'s self, peer: &Peer<'s>) -> Cow<'s, Member<'s>> {
        if let Peer::Pod(pod) = *peer
            && let Some(member) = self.known.get(&place(pod)).and_then(|&index| self.members.get(index))
        {
            return Cow::Borrowed(member);
        }
        Cow::Owned(self.meet(*peer))
    }

    /// Reads an end.
    pub(super) fn meet<'p>(&self, peer: Peer<'p>) -> Member<'p> {
        let party = Party::of(peer);
        let local = self.local.get(party.namespace).map_or(&[][..], Vec::as_slice);
        let rules = Rulebook { policies: &self.policies, local, clauses: &self.clauses };
        let profile = Profile::of(&party, &self.namespace_labels(party.namespace), rules);
        let pod = match peer {
            Peer::Pod(pod) => Some(pod),
            Peer::Node(_) | Peer::Address(_) => None,
        };
        Member { pod, party, profile }
    }

    pub(super) fn namespace_labels<'s>(&'s self, name: &'s str) -> Labels<'s> {
        Labels::of_namespace(name, self.namespaces.get(name).copied())
    }
}

fn place(pod: &Value) -> usize {
    std::ptr::from_ref(pod).addr()
}

fn identity(object: &Value) -> (&str, &str) {
    (namespace_of(object), text(object, &["metadata", "name"]))
}
