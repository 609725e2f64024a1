//! Which pods a policy guards and which ones its rules mean.

use crate::cluster::{Cluster, cluster, into_cart, out_of_web, pod, policy};
use chiron_health::reach::Direction;
use serde_json::{Value, json};

/// Which of `web` and `ledger` reach `cart` when its policy has these peers.
fn callers(peer: Value) -> Vec<&'static str> {
    let guarded = cluster().with(into_cart(json!([{"from": [peer]}])));
    ["shop/web", "bank/ledger"]
        .into_iter()
        .filter(|from| guarded.allowed(from, "shop/cart") == "any")
        .collect()
}

fn expression(key: &str, operator: &str, values: &[&str]) -> Value {
    json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]})
}

#[test]
fn without_policies_everything_passes() {
    assert_eq!(cluster().allowed("shop/web", "bank/ledger"), "any");
    assert_eq!(cluster().allowed("shop/web", "8.8.8.8"), "any");
    assert_eq!(cluster().allowed("2001:db8::1", "shop/web"), "any");
}

#[test]
fn a_policy_without_rules_denies_all_ingress_of_its_namespace_only() {
    let guarded = cluster().with(policy("shop/deny", json!({"podSelector": {}})));

    assert_eq!(guarded.allowed("bank/ledger", "shop/cart"), "none");
    assert_eq!(guarded.allowed("shop/web", "shop/cart"), "none");
    assert_eq!(guarded.allowed("shop/web", "bank/ledger"), "any");
}

#[test]
fn egress_is_guarded_by_default_only_when_there_are_egress_rules() {
    let silent = cluster().with(policy("shop/p", json!({"podSelector": {}, "egress": []})));
    let speaking =
        cluster().with(policy("shop/p", json!({"podSelector": {}, "egress": [{"ports": [{"port": 80}]}]})));

    assert_eq!(silent.guards("shop/web", Direction::Egress), Vec::<String>::new());
    assert_eq!(silent.guards("shop/web", Direction::Ingress), ["shop/p"]);
    assert_eq!(speaking.guards("shop/web", Direction::Egress), ["shop/p"]);
    assert_eq!(speaking.guards("shop/web", Direction::Ingress), ["shop/p"]);
    assert_eq!(speaking.allowed("shop/web", "bank/ledger"), "TCP 80");
}

#[test]
fn rules_of_a_direction_that_is_not_among_the_types_are_ignored() {
    let spec = json!({"podSelector": {}, "policyTypes": ["Egress"], "ingress": [{"ports": [{"port": 80}]}]});
    let guarded = cluster().with(policy("shop/p", spec));

    assert_eq!(guarded.allowed("bank/ledger", "shop/cart"), "any");
    assert_eq!(guarded.allowed("shop/cart", "bank/ledger"), "none");
}

#[test]
fn absent_and_empty_lists_in_a_rule_mean_everything() {
    for rule in [json!({}), json!({"from": [], "ports": []}), json!({"from": null, "ports": null})] {
        let guarded = cluster().with(into_cart(json!([rule])));

        assert_eq!(guarded.allowed("bank/ledger", "shop/cart"), "any");
        assert_eq!(guarded.allowed("8.8.8.8", "shop/cart"), "any");
    }
}

#[test]
fn pod_selector_alone_means_the_namespace_of_the_policy() {
    assert_eq!(callers(json!({"podSelector": {}})), ["shop/web"]);
    assert_eq!(callers(json!({"podSelector": {"matchLabels": {"tier": "back"}}})), Vec::<&str>::new());
}

#[test]
fn namespace_selector_alone_means_all_pods_there() {
    assert_eq!(callers(json!({"namespaceSelector": {}})), ["shop/web", "bank/ledger"]);
    assert_eq!(callers(json!({"namespaceSelector": {"matchLabels": {"team": "b"}}})), ["bank/ledger"]);
}

#[test]
fn both_selectors_in_one_entry_must_hold() {
    let entry = |team: &str, app: &str| json!({"namespaceSelector": {"matchLabels": {"team": team}}, "podSelector": {"matchLabels": {"app": app}}});

    assert_eq!(callers(entry("b", "ledger")), ["bank/ledger"]);
    assert_eq!(callers(entry("b", "web")), Vec::<&str>::new());
}

#[test]
fn entries_of_one_rule_add_up() {
    let entries = json!([{"from": [
        {"podSelector": {"matchLabels": {"app": "web"}}},
        {"namespaceSelector": {"matchLabels": {"team": "b"}}},
    ]}]);
    let guarded = cluster().with(into_cart(entries));

    assert_eq!(guarded.allowed("shop/web", "shop/cart"), "any");
    assert_eq!(guarded.allowed("bank/ledger", "shop/cart"), "any");
}

#[test]
fn expressions_follow_their_operators() {
    let apps = |operator: &str, values: &[&str]| {
        callers(json!({"namespaceSelector": {}, "podSelector": expression("app", operator, values)}))
    };
    let tiers = |operator: &str, values: &[&str]| {
        callers(json!({"namespaceSelector": {}, "podSelector": expression("tier", operator, values)}))
    };

    assert_eq!(apps("In", &["web", "other"]), ["shop/web"]);
    assert_eq!(apps("NotIn", &["web"]), ["bank/ledger"]);
    assert_eq!(tiers("NotIn", &["back"]), ["shop/web"], "a label that is absent is not in the list");
    assert_eq!(tiers("Exists", &[]), ["bank/ledger"]);
    assert_eq!(tiers("DoesNotExist", &[]), ["shop/web"]);
}

#[test]
fn expressions_that_the_api_refuses_match_nothing() {
    for (operator, values) in
        [("In", &[][..]), ("NotIn", &[]), ("Exists", &["web"]), ("Gt", &["1"]), ("", &[])]
    {
        let peer = json!({"namespaceSelector": {}, "podSelector": expression("app", operator, values)});

        assert_eq!(callers(peer), Vec::<&str>::new(), "{operator}");
    }
    assert_eq!(callers(json!({})), Vec::<&str>::new());
    assert_eq!(callers(json!({"podSelector": {}, "ipBlock": {"cidr": "0.0.0.0/0"}})), Vec::<&str>::new());
}

#[test]
fn the_name_of_a_namespace_is_its_label() {
    let named =
        |name: &str| json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}});
    let unlisted = Cluster { namespaces: Vec::new(), ..cluster() };
    let unlisted = unlisted.with(into_cart(json!([{"from": [named("bank")]}])));

    assert_eq!(callers(named("bank")), ["bank/ledger"]);
    assert_eq!(unlisted.allowed("bank/ledger", "shop/cart"), "any");
    assert_eq!(unlisted.allowed("shop/web", "shop/cart"), "none");
}

#[test]
fn policies_add_up() {
    let open = |name: &str, port: u16| {
        policy(name, json!({"podSelector": {}, "ingress": [{"ports": [{"port": port}]}]}))
    };
    let guarded = cluster().with(open("shop/a", 80)).with(open("shop/b", 81)).with(open("bank/c", 82));

    assert_eq!(guarded.allowed("bank/ledger", "shop/cart"), "TCP 80-81");
    assert_eq!(guarded.guards("shop/cart", Direction::Ingress), ["shop/a", "shop/b"]);
}

#[test]
fn both_sides_must_let_it_pass() {
    let guarded = cluster()
        .with(out_of_web(json!([{"ports": [{"port": 80, "endPort": 90}]}])))
        .with(into_cart(json!([{"ports": [{"port": 85, "endPort": 99}]}])));

    assert_eq!(guarded.allowed("shop/web", "shop/cart"), "TCP 85-90");
    assert_eq!(guarded.allowed("shop/web", "bank/ledger"), "TCP 80-90");
    assert_eq!(guarded.allowed("bank/ledger", "shop/cart"), "TCP 85-99");
}

#[test]
fn objects_without_a_namespace_are_in_default() {
    let mut guarded = cluster().and_pod(pod("default/tool", "10.0.2.1", json!({})));
    guarded.policies.push(json!({"metadata": {"name": "deny"}, "spec": {}}));

    assert_eq!(guarded.guards("default/tool", Direction::Ingress), ["default/deny"]);
    assert_eq!(guarded.guards("shop/web", Direction::Ingress), Vec::<String>::new());
}
