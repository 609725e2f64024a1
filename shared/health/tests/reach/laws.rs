//! What holds for all policies.

use crate::cluster::{Cluster, into_cart, pod, policy};
use chiron_health::reach::{Connection, Direction, Peer, Ports, Protocol, Verdict};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};

fn labels() -> impl Strategy<Value = Value> {
    (select(vec!["a", "b", "c"]), any::<bool>()).prop_map(|(app, is_old)| {
        if is_old { json!({"app": app, "old": "yes"}) } else { json!({"app": app}) }
    })
}

fn selector() -> impl Strategy<Value = Value> {
    let app = select(vec!["a", "b", "c"]);
    let operator = select(vec![("In", true), ("NotIn", true), ("Exists", false), ("DoesNotExist", false)]);
    prop_oneof![
        Just(json!({})),
        app.clone().prop_map(|app| json!({"matchLabels": {"app": app}})),
        (operator, select(vec!["app", "old"]), app).prop_map(|((operator, has_values), key, app)| {
            let values = if has_values { vec![app] } else { Vec::new() };
            json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]})
        }),
    ]
}

fn peer() -> impl Strategy<Value = Value> {
    let cidr = select(vec!["0.0.0.0/0", "10.0.0.0/29", "10.0.0.4/30", "8.8.0.0/16", "::/0"]);
    let except = select(vec![vec![], vec!["10.0.0.5/32"], vec!["8.8.8.0/24", "10.0.0.0/30"]]);
    prop_oneof![
        selector().prop_map(|pods| json!({"podSelector": pods})),
        selector().prop_map(|pods| json!({"podSelector": pods, "namespaceSelector": {}})),
        Just(json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "two"}}})),
        (cidr, except).prop_map(|(cidr, except)| json!({"ipBlock": {"cidr": cidr, "except": except}})),
    ]
}

fn port() -> impl Strategy<Value = Value> {
    prop_oneof![
        (80u16..90).prop_map(|port| json!({"port": port})),
        (80u16..90, 0u16..5).prop_map(|(port, more)| json!({"port": port, "endPort": port + more})),
        Just(json!({"protocol": "UDP"})),
        Just(json!({"port": "http"})),
    ]
}

/// A rule for one direction.
fn rule(peers: &'static str) -> impl Strategy<Value = Value> {
    (vec(peer(), 0..3), vec(port(), 0..3)).prop_map(move |(from, ports)| json!({peers: from, "ports": ports}))
}

fn spec() -> impl Strategy<Value = Value> {
    let types =
        select(vec![json!(null), json!(["Ingress"]), json!(["Egress"]), json!(["Ingress", "Egress"])]);
    (selector(), types, vec(rule("from"), 0..3), vec(rule("to"), 0..3)).prop_map(|(pods, types, ingress, egress)| {
        json!({"podSelector": pods, "policyTypes": types, "ingress": ingress, "egress": egress})
    })
}

/// Pods on the addresses 10.0.0.0 and up, of which one is at rest and one in the network of its node now and then.
fn pods() -> impl Strategy<Value = Vec<Value>> {
    vec((select(vec!["one", "two"]), labels(), 0u8..8), 1..8).prop_map(|found| {
        let made = found.into_iter().enumerate().map(|(index, (namespace, labels, oddity))| {
            let mut made = pod(&format!("{namespace}/pod-{index}"), &format!("10.0.0.{index}"), labels);
            made["spec"]["nodeName"] = json!(format!("node-{}", index % 2));
            made["status"]["hostIP"] = json!(format!("192.168.0.{}", index % 2));
            made["spec"]["hostNetwork"] = json!(oddity == 0);
            let port = 80 + u16::from(oddity);
            made["spec"]["containers"] = json!([{"ports": [{"name": "http", "containerPort": port}]}]);
            if oddity == 1 {
                made["status"] = json!({"phase": "Pending"});
            }
            made
        });
        made.collect()
    })
}

fn clusters() -> impl Strategy<Value = Cluster> {
    (pods(), vec((select(vec!["one", "two"]), spec()), 0..4)).prop_map(|(pods, specs)| {
        let policies = specs.into_iter().enumerate();
        let policies =
            policies.map(|(index, (namespace, spec))| policy(&format!("{namespace}/p{index}"), spec));
        Cluster { pods, namespaces: Vec::new(), policies: policies.collect() }
    })
}

/// All pairs of pods, and some addresses.
fn pairs(cluster: &Cluster) -> Vec<(Peer<'_>, Peer<'_>)> {
    let outside = [Ipv4Addr::new(8, 8, 8, 8), Ipv4Addr::new(8, 8, 4, 4), Ipv4Addr::new(192, 168, 0, 0)];
    let outside = outside.into_iter().map(|address| Peer::Address(IpAddr::V4(address)));
    let ends: Vec<Peer<'_>> = cluster.pods.iter().map(Peer::Pod).chain(outside).collect();
    ends.iter().flat_map(|from| ends.iter().map(|to| (*from, *to))).collect()
}

fn allowed(cluster: &Cluster) -> Vec<Ports> {
    let peers = cluster.peers();
    pairs(cluster).iter().map(|(from, to)| peers.allowed(from, to)).collect()
}

/// Whether the connection is between those two pods.
fn joins(found: &Connection<'_>, from: &Value, to: &Value) -> bool {
    let name = |pod: &Value| {
        let text = |field: &str| pod["metadata"][field].as_str().unwrap().to_owned();
        format!("{}/{}[Pod]", text("namespace"), text("name"))
    };
    found.from.to_string() == name(from) && found.to.to_string() == name(to)
}

/// Any JSON in the places where a solver looks.
fn anything() -> impl Strategy<Value = Value> {
    let words =
        vec!["", "TCP", "In", "Exists", "10.0.0.0/8", "::/0", "300.1.1.1/99", "Always", "default", "http"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u32..70_000).prop_map(Value::from),
        select(words).prop_map(Value::from),
    ];
    let keys = vec![
        "metadata",
        "spec",
        "status",
        "labels",
        "podSelector",
        "namespaceSelector",
        "ipBlock",
        "cidr",
        "except",
        "ingress",
        "egress",
        "from",
        "to",
        "ports",
        "port",
        "endPort",
        "policyTypes",
        "matchExpressions",
        "key",
        "operator",
        "values",
        "matchLabels",
        "containers",
        "podIP",
        "podIPs",
        "ip",
        "ownerReferences",
        "controller",
    ];
    leaf.prop_recursive(6, 48, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(keys.clone()), inner), 0..6).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_policy_that_selects_nothing_changes_nothing(cluster in clusters(), spec in spec()) {
        let mut idle = spec;
        idle["podSelector"] = json!({"matchLabels": {"app": "nobody"}});

        prop_assert_eq!(allowed(&cluster), allowed(&cluster.clone().with(policy("one/idle", idle))));
    }

    #[test]
    fn another_rule_never_closes_anything(cluster in clusters(), rule in rule("from"), policy in 0usize..4) {
        let mut wider = cluster.clone();
        if let Some(found) = wider.policies.get_mut(policy) {
            found["spec"]["ingress"].as_array_mut().unwrap().push(rule);
        }

        for (before, after) in allowed(&cluster).iter().zip(allowed(&wider)) {
            prop_assert!(after.covers(before), "{} became {}", before, after);
        }
    }

    #[test]
    fn fewer_policies_guard_no_more_pods(cluster in clusters()) {
        let mut fewer = cluster.clone();
        fewer.policies.pop();
        let guards = |cluster: &Cluster, pod: usize| {
            cluster.peers().isolated(&cluster.pods[pod], Direction::Ingress).len()
        };

        for pod in 0..cluster.pods.len() {
            prop_assert!(guards(&fewer, pod) <= guards(&cluster, pod));
        }
    }

    #[test]
    fn exceptions_are_always_subtracted(base: u32, length in 1u32..=28, hole in 1u32..=4, inside: u32) {
        let network = |length: u32| base & (u32::MAX << (32 - length));
        let cidr = format!("{}/{length}", Ipv4Addr::from(network(length)));
        let except = format!("{}/{}", Ipv4Addr::from(network(length + hole)), length + hole);
        let block = json!([{"from": [{"ipBlock": {"cidr": cidr, "except": [except]}}]}]);
        let mut cluster = crate::cluster::cluster().with(into_cart(block));
        cluster.pods[1]["status"]["hostIP"] = json!(null);
        let address = Ipv4Addr::from(network(length) | (inside & !(u32::MAX << (32 - length))));
        let is_in_hole = u32::from(address) & (u32::MAX << (32 - length - hole)) == network(length + hole);

        let passes = cluster.allowed(&address.to_string(), "shop/cart");

        prop_assert_eq!(passes, if is_in_hole { "none" } else { "any" });
    }

    #[test]
    fn the_list_of_connections_agrees_with_each_pair(cluster in clusters()) {
        let peers = cluster.peers();
        let list = peers.connections();

        for (index, from) in cluster.pods.iter().enumerate() {
            for to in cluster.pods.iter().skip(index + 1).chain(cluster.pods.iter().take(index)) {
                let listed = list.iter().find(|found| joins(found, from, to));
                let listed = listed.map_or_else(Ports::none, |found| found.ports.clone());
                prop_assert_eq!(listed, peers.allowed(&Peer::Pod(from), &Peer::Pod(to)));
            }
        }
        prop_assert!(list.is_sorted());
    }

    #[test]
    fn the_verdict_agrees_with_the_open_ports(cluster in clusters(), port in 79u16..92) {
        let peers = cluster.peers();

        for (from, to) in pairs(&cluster) {
            for protocol in Protocol::ALL {
                let is_open = peers.allowed(&from, &to).contains(protocol, port);
                let verdict = peers.verdict(&from, &to, protocol, port);
                prop_assert_eq!(verdict == Verdict::Allowed, is_open);
            }
        }
    }

    #[test]
    fn the_order_of_objects_does_not_matter(cluster in clusters()) {
        let mut turned = cluster.clone();
        turned.pods.reverse();
        turned.policies.reverse();

        prop_assert_eq!(cluster.peers().connections(), turned.peers().connections());
    }

    #[test]
    fn sets_of_ports_are_sets(parts in vec((0usize..3, 0u16..40, 0u16..6), 0..12), at in 0usize..12) {
        let set = |parts: &[(usize, u16, u16)]| {
            let ranges = parts.iter().map(|(at, first, more)| Ports::range(Protocol::ALL[*at], *first, first + more));
            ranges.fold(Ports::none(), |all, range| all.union(&range))
        };
        let (left, right) = parts.split_at(at.min(parts.len()));
        let (left, right) = (set(left), set(right));

        for protocol in Protocol::ALL {
            for port in 0..50 {
                let (a, b) = (left.contains(protocol, port), right.contains(protocol, port));
                prop_assert_eq!(left.union(&right).contains(protocol, port), a || b);
                prop_assert_eq!(left.intersect(&right).contains(protocol, port), a && b);
            }
        }
        prop_assert_eq!(left.union(&right), right.union(&left));
        prop_assert!(left.union(&right).covers(&left));
    }

    #[test]
    fn no_input_makes_it_panic(pods in vec(anything(), 0..3), policies in vec(anything(), 0..3)) {
        let cluster = Cluster { namespaces: pods.clone(), pods, policies };
        let peers = cluster.peers();

        let _ = peers.connections();
        for pod in &cluster.pods {
            let _ = peers.name_service(pod);
            let _ = peers.verdict(&Peer::Pod(pod), &Peer::Node(pod), Protocol::Tcp, 80);
        }
    }
}
