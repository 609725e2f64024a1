//! Which policies guard an end, and which clauses mean it.

use super::{
    party::{Kind, Party},
    policy::{Clause, Direction, Policy, Rule},
    ports::{PortRange, Ports},
    selector::Labels,
};

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Bits(Vec<u64>);

impl Bits {
    fn of(members: impl Iterator<Item = bool>) -> Self {
        let mut words = Vec::new();
        for (index, is_member) in members.enumerate() {
            if index % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(is_member) << (index % 64);
            }
        }
        Self(words)
    }

    fn has(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

/// All that the policies can tell of an end. Ends with equal profiles and equal named ports have equal connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Profile {
    ingress: Vec<usize>,
    egress: Vec<usize>,
    meant: Bits,
}

impl Profile {
    /// `local` are the policies of its namespace, as indices of `policies`.
    pub(super) fn of(party: &Party<'_>, namespace: &Labels<'_>, rules: Rulebook<'_, '_>) -> Self {
        let guards = |direction| {
            let guards = rules.local.iter().copied().filter(|&index| {
                rules.policies.get(index).is_some_and(|policy| guards(policy, party, direction))
            });
            guards.collect()
        };
        Self {
            ingress: guards(Direction::Ingress),
            egress: guards(Direction::Egress),
            meant: Bits::of(rules.clauses.iter().map(|clause| clause.means(party, namespace))),
        }
    }

    /// The policies that guard it.
    pub(super) fn guards(&self, direction: Direction) -> &[usize] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    /// Whether the rule is about this end.
    pub(super) fn is_meant_by(&self, rule: &Rule<'_>) -> bool {
        rule.clauses.clone().is_none_or(|mut clauses| clauses.any(|index| self.meant.has(index)))
    }
}

/// What profiles are made from.
#[derive(Clone, Copy)]
pub(super) struct Rulebook<'r, 'a> {
    pub policies: &'r [Policy<'a>],
    pub local: &'r [usize],
    pub clauses: &'r [Clause<'a>],
}

fn guards(policy: &Policy<'_>, party: &Party<'_>, direction: Direction) -> bool {
    party.kind == Kind::Pod && policy.rules(direction).is_some() && policy.pods.selects(&party.labels)
}

impl Clause<'_> {
    fn means(&self, party: &Party<'_>, namespace: &Labels<'_>) -> bool {
        match self {
            Self::Pods { home, namespaces, pods } => {
                party.kind == Kind::Pod
                    && namespaces
                        .as_ref()
                        .map_or(*home == party.namespace, |wanted| wanted.selects(namespace))
                    && pods.as_ref().is_none_or(|wanted| wanted.selects(&party.labels))
            }
            Self::Block(block) => party.addresses.iter().any(|&address| block.contains(address)),
            Self::Unreadable => false,
        }
    }
}

impl Rule<'_> {
    /// Adds the ports that it opens on that destination, where port names are looked up.
    pub(super) fn open_on(&self, destination: &Party<'_>, open: &mut Vec<PortRange>) {
        open.extend(self.fixed.ranges());
        for &(protocol, name) in &self.named {
            for port in destination.port_of(protocol, name) {
                open.extend(Ports::one(protocol, port).ranges());
            }
        }
    }
}
