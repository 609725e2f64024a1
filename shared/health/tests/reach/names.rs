//! Whether pods can resolve names.

use crate::cluster::{Cluster, cluster, out_of_web, pod};
use serde_json::{Value, json};

/// The cluster with its name server on another node.
fn with_server() -> Cluster {
    let mut server = pod("kube-system/coredns-0", "10.0.3.1", json!({"k8s-app": "kube-dns"}));
    server["spec"]["nodeName"] = json!("node-2");
    cluster().and_pod(server)
}

/// Which protocols `web` may ask in.
fn asked(cluster: Cluster, rule: Value) -> String {
    let guarded = cluster.with(out_of_web(json!([rule])));
    guarded.peers().name_service(guarded.pod("shop/web")).to_string()
}

fn server_by_label() -> Value {
    json!({"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}})
}

#[test]
fn a_pod_that_nothing_guards_resolves_names() {
    let free = with_server();

    assert!(free.peers().can_resolve_names(free.pod("shop/web")));
}

#[test]
fn egress_rules_without_the_name_port_cut_names_off() {
    let guarded = with_server().with(out_of_web(json!([{"ports": [{"port": 443}]}])));

    assert!(!guarded.peers().can_resolve_names(guarded.pod("shop/web")));
    assert!(guarded.peers().can_resolve_names(guarded.pod("shop/cart")), "it is not selected");
}

#[test]
fn udp_is_enough_and_tcp_alone_is_not() {
    let udp = with_server().with(out_of_web(json!([{"ports": [{"port": 53, "protocol": "UDP"}]}])));
    let tcp = with_server().with(out_of_web(json!([{"ports": [{"port": 53}]}])));

    assert!(udp.peers().can_resolve_names(udp.pod("shop/web")));
    assert!(!tcp.peers().can_resolve_names(tcp.pod("shop/web")));
}

#[test]
fn the_server_may_be_meant_by_label_or_by_address() {
    let block = json!({"ipBlock": {"cidr": "10.0.0.0/8"}});
    let ports = json!([{"port": 53, "protocol": "UDP"}, {"port": 53}]);

    assert_eq!(asked(with_server(), json!({"to": [server_by_label()], "ports": ports})), "TCP 53; UDP 53");
    assert_eq!(asked(with_server(), json!({"to": [block], "ports": ports})), "TCP 53; UDP 53");
    assert_eq!(asked(with_server(), json!({"to": [{"podSelector": {}}], "ports": ports})), "none");
}

#[test]
fn without_known_servers_the_usual_ones_are_assumed() {
    let block = json!({"ipBlock": {"cidr": "10.96.0.10/32"}});

    assert_eq!(asked(cluster(), json!({"to": [server_by_label()]})), "TCP 53; UDP 53");
    assert_eq!(
        asked(cluster(), json!({"to": [block], "ports": [{"port": 53, "protocol": "UDP"}]})),
        "UDP 53"
    );
    assert_eq!(asked(cluster(), json!({"to": [{"podSelector": {}}]})), "none");
    assert_eq!(asked(cluster(), json!({"to": [block], "ports": [{"port": 443}]})), "none");
}

#[test]
fn a_server_on_another_port_is_found_by_the_name_of_its_port() {
    let mut cluster = with_server();
    cluster.pods[3]["metadata"]["labels"] = json!({"dns.operator.openshift.io/daemonset-dns": "default"});
    cluster.pods[3]["spec"]["containers"] =
        json!([{"ports": [{"name": "dns", "protocol": "UDP", "containerPort": 5353}]}]);

    assert_eq!(asked(cluster.clone(), json!({"ports": [{"port": 5353, "protocol": "UDP"}]})), "UDP 53");
    assert_eq!(asked(cluster, json!({"ports": [{"port": 5354, "protocol": "UDP"}]})), "none");
}

#[test]
fn the_servers_that_a_pod_names_itself_count() {
    let mut cluster = with_server();
    cluster.pods[0]["spec"]["dnsConfig"] = json!({"nameservers": ["8.8.8.8"]});
    let rule =
        json!({"to": [{"ipBlock": {"cidr": "8.8.8.8/32"}}], "ports": [{"port": 53, "protocol": "UDP"}]});

    assert_eq!(asked(cluster, rule), "UDP 53");
}

#[test]
fn a_cache_on_the_own_node_is_always_in_reach() {
    let mut cache = pod("kube-system/cache", "192.168.0.1", json!({"k8s-app": "node-local-dns"}));
    cache["spec"]["hostNetwork"] = json!(true);

    assert_eq!(asked(with_server().and_pod(cache), json!({"to": [{"podSelector": {}}]})), "TCP 53; UDP 53");
}
