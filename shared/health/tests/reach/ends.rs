//! Ends that the policies do not decide about alone: the pod itself, its node, the host network, pods at rest.

use crate::cluster::{Cluster, cluster, pod, policy};
use chiron_health::reach::{Direction, Peer, Ports, Protocol, Verdict};
use serde_json::{Value, json};

/// A cluster in which nobody may talk to anybody.
fn closed() -> Cluster {
    let deny = json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]});
    cluster().with(policy("shop/deny", deny.clone())).with(policy("bank/deny", deny))
}

/// A pod in the network of `node-1`.
fn agent() -> Value {
    let mut agent = pod("shop/agent", "192.168.0.1", json!({"app": "agent"}));
    agent["spec"]["hostNetwork"] = json!(true);
    agent
}

fn on_another_node(mut pod: Value) -> Value {
    pod["spec"]["nodeName"] = json!("node-2");
    pod["status"]["hostIP"] = json!("192.168.0.2");
    if pod["spec"]["hostNetwork"] == true {
        pod["status"]["podIP"] = json!("192.168.0.2");
        pod["status"]["podIPs"] = json!([{"ip": "192.168.0.2"}]);
    }
    pod
}

#[test]
fn a_pod_always_reaches_itself() {
    assert_eq!(closed().allowed("shop/web", "shop/web"), "any");
    assert_eq!(closed().allowed("shop/web", "shop/cart"), "none");
}

#[test]
fn a_node_always_reaches_its_own_pods_and_no_others() {
    let mut closed = closed();
    closed.pods[1] = on_another_node(closed.pods[1].clone());
    let node = json!({"metadata": {"name": "node-1"}, "status": {"addresses": [{"address": "192.168.0.1"}]}});
    let peers = closed.peers();

    assert!(peers.allowed(&Peer::Node(&node), &closed.peer("shop/web")).is_all());
    assert!(peers.allowed(&closed.peer("shop/web"), &Peer::Node(&node)).is_all());
    assert!(peers.allowed(&Peer::Node(&node), &closed.peer("shop/cart")).is_none());
    assert_eq!(closed.allowed("192.168.0.1", "shop/web"), "any");
    assert_eq!(closed.allowed("192.168.0.1", "shop/cart"), "none");
}

#[test]
fn policies_do_not_guard_pods_of_the_host_network() {
    let closed = closed().and_pod(agent());

    assert_eq!(closed.guards("shop/agent", Direction::Ingress), Vec::<String>::new());
    assert_eq!(closed.allowed("8.8.8.8", "shop/agent"), "any");
    assert_eq!(closed.allowed("shop/agent", "shop/web"), "any", "they count as their node");
    assert_eq!(closed.allowed("shop/agent", "8.8.8.8"), "any");
}

#[test]
fn pods_of_the_host_network_are_known_by_address_not_by_label() {
    let from = |peer: Value| {
        let spec = json!({"podSelector": {}, "ingress": [{"from": [peer]}]});
        let guarded = cluster().with(policy("shop/p", spec)).and_pod(on_another_node(agent()));
        guarded.allowed("shop/agent", "shop/web")
    };

    assert_eq!(from(json!({"podSelector": {"matchLabels": {"app": "agent"}}})), "none");
    assert_eq!(from(json!({"namespaceSelector": {}})), "none");
    assert_eq!(from(json!({"ipBlock": {"cidr": "192.168.0.0/16"}})), "any");
}

#[test]
fn finished_pods_and_pods_without_an_address_take_part_in_nothing() {
    let mut cluster = cluster();
    cluster.pods[0]["status"]["phase"] = json!("Succeeded");
    cluster.pods[1]["status"] = json!({"phase": "Pending"});
    let peers = cluster.peers();
    let verdict =
        peers.verdict(&cluster.peer("bank/ledger"), &cluster.peer("shop/cart"), Protocol::Tcp, 8080);

    assert_eq!(cluster.allowed("bank/ledger", "shop/web"), "none");
    assert_eq!(cluster.allowed("shop/web", "shop/web"), "none");
    assert_eq!(verdict, Verdict::NoAddress);
    assert_eq!(peers.connections().len(), 2, "ledger and the outside");
}

#[test]
fn a_pod_without_a_status_counts_as_it_would_run() {
    let closed = closed();
    let planned = json!({"metadata": {"namespace": "shop", "labels": {"app": "new"}}});

    assert!(closed.peers().allowed(&Peer::Pod(&planned), &closed.peer("shop/cart")).is_none());
    assert!(cluster().peers().allowed(&Peer::Pod(&planned), &Peer::Pod(&planned)).is_all());
}

#[test]
fn a_newer_state_of_a_known_pod_is_read_afresh() {
    let spec = json!({"podSelector": {"matchLabels": {"app": "web"}}});
    let guarded = cluster().with(policy("shop/p", spec));
    let mut relabelled = guarded.pod("shop/web").clone();
    relabelled["metadata"]["labels"] = json!({"app": "free"});
    let peers = guarded.peers();

    assert_eq!(peers.isolated(&relabelled, Direction::Ingress), []);
    assert_eq!(peers.isolated(guarded.pod("shop/web"), Direction::Ingress).len(), 1);
}

#[test]
fn two_ends_outside_are_no_matter_of_policies() {
    let closed = closed();

    assert_eq!(closed.peers().allowed(&closed.peer("8.8.8.8"), &closed.peer("8.8.4.4")), Ports::all());
}

#[test]
fn pods_of_one_controller_are_one_end() {
    let owners = json!([{"kind": "StatefulSet", "name": "db", "controller": true}]);
    let mut cluster = Cluster::default();
    for (name, address) in [("shop/db-0", "10.0.0.1"), ("shop/db-1", "10.0.0.2")] {
        let mut member = pod(name, address, json!({}));
        member["metadata"]["ownerReferences"] = owners.clone();
        cluster.pods.push(member);
    }
    let peers = cluster.peers();
    let lines: Vec<String> =
        peers.connections().iter().map(|found| format!("{} > {}", found.from, found.to)).collect();

    let outside = "0.0.0.0-255.255.255.255";
    let db = "shop/db[StatefulSet]";
    assert_eq!(lines, [format!("{outside} > {db}"), format!("{db} > {outside}"), format!("{db} > {db}")]);
}
