//! Address blocks and their exceptions.

use crate::cluster::{cluster, into_cart, out_of_web};
use serde_json::{Value, json};

/// Whether that address reaches `cart` under a policy with one block.
fn enters(block: &Value, from: &str) -> bool {
    let guarded = cluster().with(into_cart(json!([{"from": [{"ipBlock": block}]}])));
    guarded.allowed(from, "shop/cart") == "any"
}

#[test]
fn a_block_holds_its_first_and_last_address() {
    let block = json!({"cidr": "172.16.4.0/22"});

    assert!(enters(&block, "172.16.4.0") && enters(&block, "172.16.7.255"));
    assert!(!enters(&block, "172.16.3.255") && !enters(&block, "172.16.8.0"));
}

#[test]
fn exceptions_are_cut_out() {
    let block = json!({"cidr": "172.16.0.0/16", "except": ["172.16.1.0/24", "172.16.9.9/32"]});

    assert!(enters(&block, "172.16.0.255") && enters(&block, "172.16.2.0") && enters(&block, "172.16.9.8"));
    assert!(
        !enters(&block, "172.16.1.0") && !enters(&block, "172.16.1.255") && !enters(&block, "172.16.9.9")
    );
}

#[test]
fn another_entry_may_open_what_an_exception_left_out() {
    let entries = json!([{"from": [
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["172.16.0.0/16"]}},
        {"ipBlock": {"cidr": "172.16.5.0/24"}},
    ]}]);
    let guarded = cluster().with(into_cart(entries));

    assert_eq!(guarded.allowed("172.16.5.1", "shop/cart"), "any");
    assert_eq!(guarded.allowed("172.16.6.1", "shop/cart"), "none");
}

#[test]
fn families_do_not_mix() {
    let narrow = json!({"cidr": "2001:db8::/32", "except": ["2001:db8:1::/48"]});

    assert!(enters(&narrow, "2001:db8::1") && enters(&narrow, "2001:db8:2::"));
    assert!(
        !enters(&narrow, "2001:db8:1::5") && !enters(&narrow, "2001:db9::") && !enters(&narrow, "8.8.8.8")
    );
    assert!(!enters(&json!({"cidr": "0.0.0.0/0"}), "2001:db8::1"));
    assert!(enters(&json!({"cidr": "::/0"}), "2001:db8::1") && !enters(&json!({"cidr": "::/0"}), "8.8.8.8"));
}

#[test]
fn ipv4_written_as_ipv6_is_ipv4() {
    assert!(enters(&json!({"cidr": "172.16.0.0/16"}), "::ffff:172.16.1.1"));
    assert!(enters(&json!({"cidr": "::ffff:172.16.0.0/112"}), "172.16.1.1"));
    assert!(!enters(&json!({"cidr": "::ffff:172.16.0.0/112"}), "172.17.1.1"));
}

#[test]
fn bits_behind_the_prefix_are_ignored() {
    assert!(enters(&json!({"cidr": "172.16.1.77/24"}), "172.16.1.1"));
}

#[test]
fn a_block_that_cannot_be_read_holds_nothing() {
    for block in [
        json!({"cidr": "172.16.0.0"}),
        json!({"cidr": "172.16.0.0/33"}),
        json!({"cidr": "anything/8"}),
        json!({"cidr": "::ffff:172.16.0.0/20"}),
        json!({"cidr": "0.0.0.0/0", "except": ["172.16.0.0"]}),
        json!({}),
    ] {
        assert!(!enters(&block, "172.16.1.1"), "{block}");
    }
}

#[test]
fn a_block_holds_the_pods_whose_address_lies_in_it() {
    let block = json!({"cidr": "10.0.0.0/8", "except": ["10.0.1.0/24"]});

    assert!(enters(&block, "shop/web"));
    assert!(!enters(&block, "bank/ledger"));
}

#[test]
fn blocks_guard_what_leaves_as_well() {
    let guarded = cluster().with(out_of_web(json!([{"to": [{"ipBlock": {"cidr": "8.8.8.0/24"}}]}])));

    assert_eq!(guarded.allowed("shop/web", "8.8.8.8"), "any");
    assert_eq!(guarded.allowed("shop/web", "8.8.4.4"), "none");
    assert_eq!(guarded.allowed("8.8.4.4", "shop/web"), "any");
}

#[test]
fn ranges_outside_are_as_wide_as_they_are_treated_alike() {
    let block = json!({"cidr": "172.16.0.0/16", "except": ["172.16.1.0/24"]});
    let guarded = cluster().with(into_cart(json!([{"from": [{"ipBlock": block}]}])));
    let peers = guarded.peers();
    let lines =
        peers.connections().into_iter().map(|found| format!("{} > {} {}", found.from, found.to, found.ports));
    let outside: Vec<String> = lines.filter(|line| line.contains("255")).collect();

    let expected = [
        "0.0.0.0-255.255.255.255 > bank/ledger[Pod] any",
        "0.0.0.0-255.255.255.255 > shop/web[Pod] any",
        "172.16.0.0-172.16.0.255 > shop/cart[Pod] any",
        "172.16.2.0-172.16.255.255 > shop/cart[Pod] any",
        "bank/ledger[Pod] > 0.0.0.0-255.255.255.255 any",
        "shop/cart[Pod] > 0.0.0.0-255.255.255.255 any",
        "shop/web[Pod] > 0.0.0.0-255.255.255.255 any",
    ];
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort_unstable();
    let mut outside = outside;
    outside.sort_unstable();
    assert_eq!(outside, expected);
}
