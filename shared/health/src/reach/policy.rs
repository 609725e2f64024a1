//! A `NetworkPolicy`, read once.

use super::{
    block::Block,
    party::namespace_of,
    ports::{Ports, Protocol},
    selector::Selector,
};
use crate::view::{at, list, text};
use serde_json::Value;
use std::{fmt, ops::Range};

/// The side of a pod that a policy guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// What others may send to it.
    Ingress,
    /// What it may send to others.
    Egress,
}

impl Direction {
    /// Its name in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// The policy of that name. Prints as `namespace/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl fmt::Display for PolicyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.namespace, self.name)
    }
}

/// One entry of `from` or `to`.
#[derive(Clone, Debug)]
pub(super) enum Clause<'a> {
    /// `home` is the namespace of the policy: where pods are meant when `namespaces` is not given.
    Pods {
        home: &'a str,
        namespaces: Option<Selector<'a>>,
        pods: Option<Selector<'a>>,
    },
    Block(Block<'a>),
    Unreadable,
}

impl<'a> Clause<'a> {
    fn of(home: &'a str, value: &'a Value) -> Self {
        let namespaces = Selector::within(value, "namespaceSelector");
        let pods = Selector::within(value, "podSelector");
        let block = at(value, &["ipBlock"]);
        match (block.is_null(), namespaces.is_some() || pods.is_some()) {
            (true, true) => Self::Pods { home, namespaces, pods },
            (false, false) => Block::of(block).map_or(Self::Unreadable, Self::Block),
            (true, false) | (false, true) => Self::Unreadable,
        }
    }
}

/// One rule: who, on which ports.
#[derive(Clone, Debug)]
pub(super) struct Rule<'a> {
    /// Its entries in the list of all clauses; nothing when it holds for everyone.
    pub clauses: Option<Range<usize>>,
    pub fixed: Ports,
    pub named: Vec<(Protocol, &'a str)>,
}

impl<'a> Rule<'a> {
    fn of(peers: &'a [Value], ports: &'a [Value], home: &'a str, clauses: &mut Vec<Clause<'a>>) -> Self {
        let start = clauses.len();
        clauses.extend(peers.iter().map(|peer| Clause::of(home, peer)));
        let mut rule = Self {
            clauses: (!peers.is_empty()).then_some(start..clauses.len()),
            fixed: if ports.is_empty() { Ports::all() } else { Ports::none() },
            named: Vec::new(),
        };
        for port in ports {
            rule.read_port(port);
        }
        rule
    }

    /// An entry that the API server would refuse opens nothing.
    fn read_port(&mut self, entry: &'a Value) {
        let Some(protocol) = Protocol::of(text(entry, &["protocol"])) else { return };
        match (at(entry, &["port"]), at(entry, &["endPort"])) {
            (Value::Null, Value::Null) => self.fixed.add(&Ports::all_of(protocol)),
            (Value::String(name), Value::Null) => self.named.push((protocol, name)),
            (port, Value::Null) => self.add(protocol, port, port),
            (port, end) => self.add(protocol, port, end),
        }
    }

    fn add(&mut self, protocol: Protocol, first: &Value, last: &Value) {
        if let (Some(first @ 1..), Some(last)) = (port_number(first), port_number(last)) {
            self.fixed.add(&Ports::range(protocol, first, last));
        }
    }
}

/// A port that is written as a number.
pub(super) fn port_number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|number| u16::try_from(number).ok())
}

/// A policy; a direction without rules in it (`None`) is one that it does not guard.
#[derive(Clone, Debug)]
pub(super) struct Policy<'a> {
    pub namespace: &'a str,
    pub name: &'a str,
    pub pods: Selector<'a>,
    ingress: Option<Vec<Rule<'a>>>,
    egress: Option<Vec<Rule<'a>>>,
}

impl<'a> Policy<'a> {
    /// Appends what its rules name to `clauses`.
    pub(super) fn of(value: &'a Value, clauses: &mut Vec<Clause<'a>>) -> Self {
        let namespace = namespace_of(value);
        let rules = |field: &'a str, peers: &str, clauses: &mut Vec<Clause<'a>>| {
            let rules = list(value, &["spec", field]).iter();
            rules
                .map(|rule| Rule::of(list(rule, &[peers]), list(rule, &["ports"]), namespace, clauses))
                .collect()
        };
        let types = list(value, &["spec", "policyTypes"]);
        let has = |name: &str| types.iter().any(|kind| kind.as_str() == Some(name));
        let sends = !list(value, &["spec", "egress"]).is_empty();
        Self {
            namespace,
            name: text(value, &["metadata", "name"]),
            pods: Selector::of(at(value, &["spec", "podSelector"])),
            ingress: (types.is_empty() || has("Ingress")).then(|| rules("ingress", "from", clauses)),
            egress: ((types.is_empty() && sends) || has("Egress")).then(|| rules("egress", "to", clauses)),
        }
    }

    /// Its rules for that direction; nothing when it does not guard it.
    pub(super) fn rules(&self, direction: Direction) -> Option<&[Rule<'a>]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }

    pub(super) fn full_name(&self) -> PolicyName {
        PolicyName { namespace: self.namespace.to_owned(), name: self.name.to_owned() }
    }
}
