//! Whether a pod can resolve names.

use super::{
    party::{Kind, Peer},
    peers::{Member, Peers},
    policy::{Clause, Direction, Rule},
    ports::{Ports, Protocol},
};
use crate::view::list;
use serde_json::{Value, json};

/// Labels that pods of a cluster's name service carry: the usual one, its cache on every node, and that of `OpenShift`.
const SERVERS: &[(&str, &str)] = &[
    ("k8s-app", "kube-dns"),
    ("k8s-app", "node-local-dns"),
    ("dns.operator.openshift.io/daemonset-dns", "default"),
];

/// The port of the name service.
const PORT: u16 = 53;

/// How its containers call their ports, which then need not have the number 53.
const PORT_NAMES: &[&str] = &["dns", "dns-tcp"];

impl Peers<'_> {
    /// Whether policies let the pod ask a name server over UDP, as resolvers do first. See [`Peers::name_service`].
    #[must_use]
    pub fn can_resolve_names(&self, pod: &Value) -> bool {
        self.name_service(pod).contains(Protocol::Udp, PORT)
    }

    /// Which of UDP 53 and TCP 53 (long answers) policies let through from the pod to some name server: to the pods
    /// that carry a usual label of one, and to the servers in `dnsConfig`. Where no such pod is known, `k8s-app=kube-dns`
    /// in `kube-system` stands for them and any `ipBlock` or rule without `to` that opens the port is taken to be meant
    /// for them. All of both for a pod that has finished or has no address yet.
    #[must_use]
    pub fn name_service(&self, pod: &Value) -> Ports {
        let both = Ports::one(Protocol::Udp, PORT).union(&Ports::one(Protocol::Tcp, PORT));
        let asking = self.find(&Peer::Pod(pod));
        if asking.party.kind != Kind::Pod || asking.profile.guards(Direction::Egress).is_empty() {
            return both;
        }
        let mut found = Ports::none();
        let mut servers = self.members.iter().filter(|member| is_server(member)).peekable();
        if servers.peek().is_none() {
            found.add(&self.unknown_service(&asking));
        }
        for server in servers {
            found.add(&self.asked(&asking, server));
        }
        for address in list(pod, &["spec", "dnsConfig", "nameservers"]).iter().filter_map(Value::as_str) {
            if let Ok(address) = address.parse() {
                found.add(&self.asked(&asking, &self.meet(Peer::Address(address))));
            }
        }
        found.intersect(&both)
    }

    /// The protocols in which that server can be asked, each as its port 53.
    fn asked(&self, asking: &Member<'_>, server: &Member<'_>) -> Ports {
        let passes = asking.party.exempt(&server.party).unwrap_or_else(|| self.decided(asking, server));
        let mut asked = Ports::none();
        for protocol in [Protocol::Udp, Protocol::Tcp] {
            let named = PORT_NAMES.iter().flat_map(|name| server.party.port_of(protocol, name));
            if named.chain([PORT]).any(|port| passes.contains(protocol, port)) {
                asked.add(&Ports::one(protocol, PORT));
            }
        }
        asked
    }

    fn unknown_service(&self, asking: &Member<'_>) -> Ports {
        let server = json!({
            "metadata": {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
            "spec": {"containers": [{"ports": [
                {"name": "dns", "protocol": "UDP", "containerPort": PORT},
                {"name": "dns-tcp", "protocol": "TCP", "containerPort": PORT},
            ]}]},
        });
        let server = self.meet(Peer::Pod(&server));
        let mut open = self.decided(asking, &server);
        let guards = asking.profile.guards(Direction::Egress).iter();
        let rules = guards.filter_map(|&index| self.policies.get(index)?.rules(Direction::Egress)).flatten();
        for rule in rules.filter(|rule| self.means_addresses(rule)) {
            open.add(&rule.fixed);
        }
        open
    }

    fn means_addresses(&self, rule: &Rule<'_>) -> bool {
        let clauses = rule.clauses.clone().and_then(|clauses| self.clauses.get(clauses));
        clauses.is_none_or(|clauses| clauses.iter().any(|clause| matches!(clause, Clause::Block(_))))
    }
}

fn is_server(member: &Member<'_>) -> bool {
    let carries = |(key, value): &(&str, &str)| member.party.labels.get(key) == Some(*value);
    !member.party.is_silent() && SERVERS.iter().any(carries)
}
