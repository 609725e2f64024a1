//! How a rule misses a connection.

use super::{
    party::{Kind, Party},
    policy::{Clause, Direction, PolicyName, Rule},
    ports::Ports,
    selector::Labels,
};
use std::fmt;

/// A label that is not what a selector wants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelMiss {
    /// Its key.
    pub key: String,
    /// The requirement, such as `app=web` or `tier in (a, b)`.
    pub wanted: String,
    /// The value that is there.
    pub found: Option<String>,
}

impl fmt::Display for LabelMiss {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Some(found) => write!(out, "{}, found {}={found}", self.wanted, self.key),
            None => write!(out, "{}, found no {}", self.wanted, self.key),
        }
    }
}

/// One thing that keeps a rule from allowing a connection. Prints as the second half of "the rule ...".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Miss {
    /// It opens other ports.
    Port {
        /// What it opens on the destination.
        open: Ports,
        /// The names of ports in it that the destination does not declare with that protocol.
        unknown: Vec<String>,
    },
    /// It wants another label on the pod.
    PodLabel(LabelMiss),
    /// It wants another label on the namespace of the pod.
    NamespaceLabel(LabelMiss),
    /// It means pods of its own namespace alone.
    Namespace {
        /// That namespace.
        wanted: String,
        /// The namespace of the pod.
        found: String,
    },
    /// It wants an address of a block.
    Address {
        /// The block.
        block: String,
        /// The exception of the block in which the address lies.
        except: Option<String>,
    },
    /// It wants pods; the other end is a node, a pod in the network of its node or an address outside.
    NotAPod,
    /// It is not valid and matches nothing.
    Unreadable,
}

impl fmt::Display for Miss {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { open, unknown } if unknown.is_empty() => write!(out, "opens {open}"),
            Self::Port { open, unknown } => {
                let names = unknown.join(", ");
                write!(out, "opens {open}; no container of the destination declares the port name {names}")
            }
            Self::PodLabel(miss) => write!(out, "wants the pod label {miss}"),
            Self::NamespaceLabel(miss) => write!(out, "wants the namespace label {miss}"),
            Self::Namespace { wanted, found } => {
                write!(out, "wants a pod in namespace {wanted}, found {found}")
            }
            Self::Address { block, except: None } => write!(out, "wants an address in {block}"),
            Self::Address { block, except: Some(hole) } => {
                write!(out, "wants an address in {block} but not in {hole}")
            }
            Self::NotAPod => out.write_str(
                "wants a pod with its own network, found a node, a host-network pod or an address",
            ),
            Self::Unreadable => out.write_str("has an entry that is not valid and matches nothing"),
        }
    }
}

/// The rule that comes nearest to allowing a connection, and what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NearMiss {
    /// The policy.
    pub policy: PolicyName,
    /// Its list of rules.
    pub direction: Direction,
    /// The place of the rule in that list, from 0.
    pub rule: usize,
    /// What differs; never empty. One entry: the rule is right but for this.
    pub misses: Vec<Miss>,
}

impl fmt::Display for NearMiss {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let misses: Vec<String> = self.misses.iter().map(ToString::to_string).collect();
        let direction = self.direction.name();
        write!(out, "{direction} rule {} of {} {}", self.rule + 1, self.policy, misses.join("; it "))
    }
}

impl Rule<'_> {
    /// What the rule opens on a destination.
    pub(super) fn open(&self, destination: &Party<'_>) -> Ports {
        let mut open = Vec::new();
        self.open_on(destination, &mut open);
        Ports::of(open)
    }

    /// How the rule misses ports on a destination.
    pub(super) fn port_miss(&self, destination: &Party<'_>) -> Miss {
        let unknown = self
            .named
            .iter()
            .filter(|(protocol, name)| destination.port_of(*protocol, name).next().is_none());
        Miss::Port {
            open: self.open(destination),
            unknown: unknown.map(|(_, name)| (*name).to_owned()).collect(),
        }
    }
}

impl Clause<'_> {
    /// What keeps the clause from meaning that end.
    pub(super) fn misses(&self, party: &Party<'_>, namespace: &Labels<'_>) -> Vec<Miss> {
        match self {
            Self::Unreadable => vec![Miss::Unreadable],
            Self::Block(block) if party.addresses.iter().any(|&address| block.contains(address)) => {
                Vec::new()
            }
            Self::Block(block) => {
                let hole = party.addresses.iter().find_map(|&address| block.hole_of(address));
                vec![Miss::Address { block: block.text().to_owned(), except: hole.map(str::to_owned) }]
            }
            Self::Pods { .. } if party.kind != Kind::Pod => vec![Miss::NotAPod],
            Self::Pods { home, namespaces: None, .. } if *home != party.namespace => {
                let namespace =
                    Miss::Namespace { wanted: (*home).to_owned(), found: party.namespace.to_owned() };
                [vec![namespace], self.pod_misses(party)].concat()
            }
            Self::Pods { namespaces, .. } => {
                let labels = namespaces.as_ref().map(|wanted| wanted.misses(namespace)).unwrap_or_default();
                labels.into_iter().map(Miss::NamespaceLabel).chain(self.pod_misses(party)).collect()
            }
        }
    }

    fn pod_misses(&self, party: &Party<'_>) -> Vec<Miss> {
        match self {
            Self::Pods { pods: Some(wanted), .. } => {
                wanted.misses(&party.labels).into_iter().map(Miss::PodLabel).collect()
            }
            Self::Pods { pods: None, .. } | Self::Block(_) | Self::Unreadable => Vec::new(),
        }
    }
}
