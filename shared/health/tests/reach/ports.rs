//! Ports of rules, by number, range and name.

use crate::cluster::{cluster, into_cart, out_of_web};
use chiron_health::reach::{PortRange, Ports, Protocol};
use serde_json::{Value, json};

/// What `web` may send to `cart` under a rule with these ports, seen from both sides alike.
fn open(ports: &Value) -> String {
    let entering = cluster().with(into_cart(json!([{"ports": ports}]))).allowed("shop/web", "shop/cart");
    let leaving = cluster().with(out_of_web(json!([{"ports": ports}]))).allowed("shop/web", "shop/cart");
    assert_eq!(entering, leaving);
    entering
}

#[test]
fn tcp_is_the_default() {
    assert_eq!(open(&json!([{"port": 80}])), "TCP 80");
    assert_eq!(open(&json!([{}])), "TCP any");
}

#[test]
fn a_protocol_without_a_port_opens_all_its_ports() {
    assert_eq!(open(&json!([{"protocol": "UDP"}, {"protocol": "SCTP", "port": 7}])), "UDP any; SCTP 7");
}

#[test]
fn all_ports_of_all_protocols_are_everything() {
    assert_eq!(open(&json!([{"protocol": "UDP"}, {"protocol": "SCTP"}, {"protocol": "TCP"}])), "any");
}

#[test]
fn ranges_include_both_ends_and_join() {
    assert_eq!(open(&json!([{"port": 80, "endPort": 90}, {"port": 91}, {"port": 443}])), "TCP 80-91,443");
    assert_eq!(open(&json!([{"port": 65000, "endPort": 65535}])), "TCP 65000-65535");
}

#[test]
fn port_names_are_looked_up_on_the_destination_in_every_container() {
    assert_eq!(open(&json!([{"port": "http"}])), "TCP 8080-8081");
}

#[test]
fn port_names_hold_for_their_protocol_alone() {
    assert_eq!(open(&json!([{"port": "talk", "protocol": "UDP"}])), "UDP 9000");
    assert_eq!(open(&json!([{"port": "talk"}])), "TCP 9001");
    assert_eq!(open(&json!([{"port": "http", "protocol": "UDP"}])), "none");
}

#[test]
fn port_names_mean_nothing_outside_the_cluster() {
    let guarded = cluster().with(out_of_web(json!([{"ports": [{"port": "http"}, {"port": 443}]}])));

    assert_eq!(guarded.allowed("shop/web", "8.8.8.8"), "TCP 443");
}

#[test]
fn sidecars_declare_port_names_and_other_init_containers_do_not() {
    let mut guarded = cluster().with(into_cart(json!([{"ports": [{"port": "http"}]}])));
    guarded.pods[1]["spec"] = json!({"initContainers": [
        {"restartPolicy": "Always", "ports": [{"name": "http", "containerPort": 1000}]},
        {"ports": [{"name": "http", "containerPort": 2000}]},
    ]});

    assert_eq!(guarded.allowed("shop/web", "shop/cart"), "TCP 1000");
}

#[test]
fn ports_that_the_api_refuses_open_nothing() {
    for port in [
        json!({"port": 0}),
        json!({"port": 65536}),
        json!({"port": -1}),
        json!({"port": "80"}),
        json!({"port": 90, "endPort": 80}),
        json!({"port": "http", "endPort": 9000}),
        json!({"endPort": 9000}),
        json!({"port": 80, "protocol": "ICMP"}),
    ] {
        assert_eq!(open(&json!([port])), "none", "{port}");
    }
}

#[test]
fn a_set_of_ports_knows_its_members() {
    let some = Ports::range(Protocol::Tcp, 80, 90).union(&Ports::one(Protocol::Udp, 53));

    assert!(some.contains(Protocol::Tcp, 90) && some.contains(Protocol::Udp, 53));
    assert!(!some.contains(Protocol::Tcp, 91) && !some.contains(Protocol::Tcp, 53));
    assert!(Ports::all().covers(&some) && !some.covers(&Ports::all()));
    let first = PortRange { protocol: Protocol::Tcp, first: 80, last: 90 };
    assert_eq!(some.ranges().next(), Some(first));
    assert_eq!(some.to_string(), "TCP 80-90; UDP 53");
}
