//! Why a connection does not pass, and which rule comes nearest.

use crate::cluster::{Cluster, cluster, into_cart, out_of_web, policy};
use chiron_health::reach::{Direction, LabelMiss, Miss, Ports, Protocol, Verdict};
use serde_json::{Value, json};

/// The nearest rule as text, for `web` that wants TCP 8080 of `cart`.
fn nearest(rules: Value) -> String {
    let guarded = cluster().with(into_cart(rules));
    let denials = guarded.denials("shop/web", "shop/cart", 8080);
    denials[0].nearest.as_ref().unwrap().to_string()
}

fn app(name: &str) -> Value {
    json!({"podSelector": {"matchLabels": {"app": name}}})
}

#[test]
fn an_open_port_is_allowed() {
    let guarded = cluster().with(into_cart(json!([{"from": [app("web")], "ports": [{"port": 8080}]}])));
    let (from, to) = (guarded.peer("shop/web"), guarded.peer("shop/cart"));

    assert_eq!(guarded.peers().verdict(&from, &to, Protocol::Tcp, 8080), Verdict::Allowed);
}

#[test]
fn deny_all_has_no_nearest_rule() {
    let guarded = cluster().with(into_cart(json!([])));
    let denials = guarded.denials("shop/web", "shop/cart", 8080);

    assert_eq!(denials.len(), 1);
    assert_eq!(denials[0].direction, Direction::Ingress);
    assert_eq!(denials[0].policies.iter().map(ToString::to_string).collect::<Vec<_>>(), ["shop/into-cart"]);
    assert_eq!(denials[0].nearest, None);
}

#[test]
fn both_sides_are_told_when_both_deny() {
    let guarded = cluster().with(out_of_web(json!([]))).with(into_cart(json!([])));
    let directions: Vec<Direction> =
        guarded.denials("shop/web", "shop/cart", 8080).iter().map(|denial| denial.direction).collect();

    assert_eq!(directions, [Direction::Egress, Direction::Ingress]);
}

#[test]
fn a_wrong_port_is_told() {
    let guarded = cluster().with(into_cart(json!([{"from": [app("web")], "ports": [{"port": 80}]}])));
    let denials = guarded.denials("shop/web", "shop/cart", 8080);
    let misses = denials[0].nearest.as_ref().unwrap().misses.clone();

    assert_eq!(misses, [Miss::Port { open: Ports::one(Protocol::Tcp, 80), unknown: Vec::new() }]);
}

#[test]
fn a_wrong_label_is_told() {
    let guarded = cluster().with(into_cart(json!([{"from": [app("wbe")], "ports": [{"port": 8080}]}])));
    let denials = guarded.denials("shop/web", "shop/cart", 8080);
    let misses = denials[0].nearest.as_ref().unwrap().misses.clone();

    let label = LabelMiss { key: "app".into(), wanted: "app=wbe".into(), found: Some("web".into()) };
    assert_eq!(misses, [Miss::PodLabel(label)]);
}

#[test]
fn the_rule_with_the_fewest_misses_is_the_nearest() {
    let rules = json!([
        {"from": [app("other")], "ports": [{"port": 1}]},
        {"from": [{"ipBlock": {"cidr": "1.0.0.0/8"}}, app("web")], "ports": [{"port": 81}]},
    ]);

    assert_eq!(nearest(rules), "ingress rule 2 of shop/into-cart opens TCP 81");
}

#[test]
fn the_policy_that_comes_nearest_is_chosen_among_several() {
    let other = policy("shop/aaa", json!({"podSelector": {}, "ingress": []}));
    let guarded = cluster().with(other).with(into_cart(json!([{"from": [app("wbe")]}])));
    let denials = guarded.denials("shop/web", "shop/cart", 8080);

    assert_eq!(denials[0].policies.len(), 2);
    assert_eq!(denials[0].nearest.as_ref().unwrap().policy.name, "into-cart");
}

#[test]
fn misses_read_as_sentences() {
    let told = |rule: Value| nearest(json!([rule])).replace("ingress rule 1 of shop/into-cart ", "");
    let namespaces = |team: &str| json!({"namespaceSelector": {"matchLabels": {"team": team}}});
    let tier = json!({"podSelector": {"matchExpressions": [{"key": "tier", "operator": "Exists"}]}});
    let hole = json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/24"]}});

    assert_eq!(told(json!({"from": [app("wbe")]})), "wants the pod label app=wbe, found app=web");
    assert_eq!(told(json!({"from": [tier]})), "wants the pod label tier with any value, found no tier");
    assert_eq!(told(json!({"from": [namespaces("b")]})), "wants the namespace label team=b, found team=a");
    assert_eq!(told(json!({"from": [hole]})), "wants an address in 10.0.0.0/8 but not in 10.0.0.0/24");
    assert_eq!(told(json!({"from": [{}]})), "has an entry that is not valid and matches nothing");
    assert_eq!(
        told(json!({"ports": [{"port": "grpc"}]})),
        "opens none; no container of the destination declares the port name grpc"
    );
    assert_eq!(
        told(json!({"from": [app("wbe")], "ports": [{"port": 80}]})),
        "wants the pod label app=wbe, found app=web; it opens TCP 80"
    );
}

#[test]
fn another_namespace_is_told() {
    let guarded = cluster().with(into_cart(json!([{"from": [app("ledger")]}])));
    let denials = guarded.denials("bank/ledger", "shop/cart", 8080);

    let namespace = Miss::Namespace { wanted: "shop".into(), found: "bank".into() };
    assert_eq!(denials[0].nearest.as_ref().unwrap().misses, [namespace]);
}

#[test]
fn an_address_where_pods_are_wanted_is_told() {
    let guarded = cluster().with(into_cart(json!([{"from": [app("web")]}])));

    assert_eq!(
        guarded.denials("8.8.8.8", "shop/cart", 8080)[0].nearest.as_ref().unwrap().misses,
        [Miss::NotAPod]
    );
}

#[test]
fn port_zero_is_never_allowed_by_a_policy() {
    let guarded: Cluster = cluster().with(into_cart(json!([{}])));

    assert_eq!(guarded.denials("shop/web", "shop/cart", 0).len(), 2);
}
