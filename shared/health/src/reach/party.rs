//! One end of a connection.

use super::{
    policy::port_number,
    ports::{Ports, Protocol},
    selector::Labels,
};
use crate::view::{at, list, text};
use serde_json::Value;
use std::net::IpAddr;

/// One end of a connection, as a caller names it.
#[derive(Clone, Copy, Debug)]
pub enum Peer<'a> {
    /// A pod. It need not be one that the [`super::Peers`] were built from: without a `status` it is taken as running.
    Pod(&'a Value),
    /// A node.
    Node(&'a Value),
    /// An address outside the cluster, or of a node. The address of a pod is not looked up.
    Address(IpAddr),
}

/// What an end is to the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A pod with a network of its own.
    Pod,
    /// A node, or a pod in the network of its node.
    Host,
    /// Somebody outside.
    Outside,
    /// A pod that can neither send nor receive.
    Silent,
}

/// A port that a container declares by name.
pub(super) type NamedPort<'a> = (Protocol, &'a str, u16);

/// What is known of one end.
#[derive(Clone, Debug)]
pub(super) struct Party<'a> {
    pub kind: Kind,
    pub namespace: &'a str,
    /// Empty when it is not a pod or has no name yet.
    pub name: &'a str,
    pub labels: Labels<'a>,
    pub addresses: Vec<IpAddr>,
    /// The ports that its containers declare by name.
    pub named: Vec<NamedPort<'a>>,
    node: &'a str,
    host: Vec<IpAddr>,
}

impl<'a> Party<'a> {
    pub(super) fn of(peer: Peer<'a>) -> Self {
        match peer {
            Peer::Pod(pod) => Self::pod(pod),
            Peer::Node(node) => Self::node(node),
            Peer::Address(address) => {
                Self { addresses: vec![address.to_canonical()], ..Self::nobody(Kind::Outside) }
            }
        }
    }

    fn pod(pod: &'a Value) -> Self {
        let host = addresses(pod, "hostIP", "hostIPs");
        let mut own = addresses(pod, "podIP", "podIPs");
        let kind = kind_of(pod, own.is_empty());
        if kind == Kind::Host {
            own.extend(&host);
        }
        Self {
            kind,
            namespace: namespace_of(pod),
            name: text(pod, &["metadata", "name"]),
            labels: Labels::of(pod),
            addresses: own,
            named: named_ports(pod),
            node: text(pod, &["spec", "nodeName"]),
            host,
        }
    }

    fn node(node: &'a Value) -> Self {
        let addresses = list(node, &["status", "addresses"]).iter();
        let addresses = addresses.filter_map(|entry| address(text(entry, &["address"]))).collect();
        Self { addresses, node: text(node, &["metadata", "name"]), ..Self::nobody(Kind::Host) }
    }

    fn nobody(kind: Kind) -> Self {
        Self {
            kind,
            namespace: "",
            name: "",
            labels: Labels::default(),
            addresses: Vec::new(),
            named: Vec::new(),
            node: "",
            host: Vec::new(),
        }
    }

    /// Whether it can neither send nor receive.
    pub(super) fn is_silent(&self) -> bool {
        self.kind == Kind::Silent
    }

    /// What passes whatever the policies say; nothing when they decide.
    pub(super) fn exempt(&self, to: &Self) -> Option<Ports> {
        if self.is_silent() || to.is_silent() {
            return Some(Ports::none());
        }
        let itself = !self.name.is_empty() && (self.namespace, self.name) == (to.namespace, to.name);
        (itself || self.hosts(to) || to.hosts(self)).then(Ports::all)
    }

    /// Whether this is the node on which that pod runs.
    fn hosts(&self, pod: &Self) -> bool {
        let same_node = !pod.node.is_empty() && self.node == pod.node;
        matches!(self.kind, Kind::Host | Kind::Outside)
            && pod.kind == Kind::Pod
            && (same_node || self.addresses.iter().any(|address| pod.host.contains(address)))
    }

    /// The numbers of the port of that name.
    pub(super) fn port_of(&self, protocol: Protocol, name: &str) -> impl Iterator<Item = u16> {
        let found = self.named.iter().filter(move |(of, called, _)| (*of, *called) == (protocol, name));
        found.map(|(_, _, port)| *port)
    }
}

/// The namespace of an object, `default` when it names none.
pub(super) fn namespace_of(object: &Value) -> &str {
    match text(object, &["metadata", "namespace"]) {
        "" => "default",
        namespace => namespace,
    }
}

fn kind_of(pod: &Value, has_no_address: bool) -> Kind {
    let on_host = at(pod, &["spec", "hostNetwork"]).as_bool() == Some(true);
    match text(pod, &["status", "phase"]) {
        "Succeeded" | "Failed" => Kind::Silent,
        phase if !phase.is_empty() && has_no_address => Kind::Silent,
        _ if on_host => Kind::Host,
        _ => Kind::Pod,
    }
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// The addresses in the status, where `all` repeats `one`.
fn addresses(pod: &Value, one: &str, all: &str) -> Vec<IpAddr> {
    let several = list(pod, &["status", all]).iter().map(|entry| text(entry, &["ip"]));
    let mut found: Vec<IpAddr> =
        std::iter::once(text(pod, &["status", one])).chain(several).filter_map(address).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Init containers count when they keep running beside the others.
fn named_ports(pod: &Value) -> Vec<NamedPort<'_>> {
    let sidecars = list(pod, &["spec", "initContainers"]).iter();
    let sidecars = sidecars.filter(|container| text(container, &["restartPolicy"]) == "Always");
    let ports = list(pod, &["spec", "containers"]).iter().chain(sidecars);
    let mut named: Vec<_> = ports
        .flat_map(|container| list(container, &["ports"]))
        .filter_map(|port| {
            let name = Some(text(port, &["name"])).filter(|name| !name.is_empty())?;
            Some((Protocol::of(text(port, &["protocol"]))?, name, port_number(at(port, &["containerPort"]))?))
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    named
}
