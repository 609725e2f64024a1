//! A small cluster to ask questions of.

use chiron_health::reach::{Denial, Direction, Peer, Peers, Protocol, Verdict};
use serde_json::{Value, json};

/// What a cluster consists of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cluster {
    pub pods: Vec<Value>,
    pub namespaces: Vec<Value>,
    pub policies: Vec<Value>,
}

impl Cluster {
    pub(crate) fn with(mut self, policy: Value) -> Self {
        self.policies.push(policy);
        self
    }

    pub(crate) fn and_pod(mut self, pod: Value) -> Self {
        self.pods.push(pod);
        self
    }

    pub(crate) fn peers(&self) -> Peers<'_> {
        fn all(objects: &[Value]) -> Vec<&Value> {
            objects.iter().collect()
        }
        Peers::new(&all(&self.pods), &all(&self.namespaces), &all(&self.policies))
    }

    /// The pod `namespace/name`.
    pub(crate) fn pod(&self, path: &str) -> &Value {
        let (namespace, name) = path.split_once('/').unwrap();
        let found = self
            .pods
            .iter()
            .find(|pod| pod["metadata"]["namespace"] == namespace && pod["metadata"]["name"] == name);
        found.unwrap_or_else(|| panic!("there is no pod {path}"))
    }

    /// A pod by its path, or an address.
    pub(crate) fn peer(&self, name: &str) -> Peer<'_> {
        name.parse().map_or_else(|_| Peer::Pod(self.pod(name)), Peer::Address)
    }

    /// What passes, as text.
    pub(crate) fn allowed(&self, from: &str, to: &str) -> String {
        self.peers().allowed(&self.peer(from), &self.peer(to)).to_string()
    }

    /// Why TCP does not pass to that port.
    pub(crate) fn denials(&self, from: &str, to: &str, port: u16) -> Vec<Denial> {
        match self.peers().verdict(&self.peer(from), &self.peer(to), Protocol::Tcp, port) {
            Verdict::Denied(denials) => denials,
            other @ (Verdict::Allowed | Verdict::NoAddress) => {
                panic!("{from} to {to} at {port} is {other:?}")
            }
        }
    }

    /// The names of the policies that guard a pod.
    pub(crate) fn guards(&self, pod: &str, direction: Direction) -> Vec<String> {
        self.peers().isolated(self.pod(pod), direction).iter().map(ToString::to_string).collect()
    }
}

/// `web` and `cart` in `shop` (team a), `ledger` in `bank` (team b); no policies.
pub(crate) fn cluster() -> Cluster {
    let mut cart = pod("shop/cart", "10.0.0.2", json!({"app": "cart", "tier": "back"}));
    cart["spec"]["containers"] = json!([
        {"name": "server", "ports": [
            {"name": "http", "containerPort": 8080},
            {"name": "talk", "containerPort": 9000, "protocol": "UDP"},
        ]},
        {"name": "proxy", "ports": [{"name": "http", "containerPort": 8081}, {"name": "talk", "containerPort": 9001}]},
    ]);
    Cluster {
        pods: vec![
            pod("shop/web", "10.0.0.1", json!({"app": "web"})),
            cart,
            pod("bank/ledger", "10.0.1.1", json!({"app": "ledger", "tier": "back"})),
        ],
        namespaces: vec![
            json!({"kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "a"}}}),
            json!({"kind": "Namespace", "metadata": {"name": "bank", "labels": {"team": "b"}}}),
        ],
        policies: Vec::new(),
    }
}

/// A running pod on `node-1`.
pub(crate) fn pod(path: &str, address: &str, labels: Value) -> Value {
    let (namespace, name) = path.split_once('/').unwrap();
    json!({
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": labels},
        "spec": {"nodeName": "node-1", "containers": [{"name": "main"}]},
        "status": {
            "phase": "Running", "hostIP": "192.168.0.1", "podIP": address, "podIPs": [{"ip": address}],
        },
    })
}

/// A policy with that specification.
pub(crate) fn policy(path: &str, spec: Value) -> Value {
    let (namespace, name) = path.split_once('/').unwrap();
    json!({"kind": "NetworkPolicy", "metadata": {"namespace": namespace, "name": name}, "spec": spec})
}

/// What may enter `cart`.
pub(crate) fn into_cart(rules: Value) -> Value {
    policy(
        "shop/into-cart",
        json!({"podSelector": {"matchLabels": {"app": "cart"}}, "policyTypes": ["Ingress"], "ingress": rules}),
    )
}

/// What may leave `web`.
pub(crate) fn out_of_web(rules: Value) -> Value {
    policy(
        "shop/out-of-web",
        json!({"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"], "egress": rules}),
    )
}
