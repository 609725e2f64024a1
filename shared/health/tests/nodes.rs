//! Nodes that are not well, or closed. They belong to the cluster, not to a namespace.

mod support;

use chiron_model::{Clearance, Severity};
use serde_json::{Value, json};
use support::{
    CLUSTER, NOTHING,
    around::{node, node_with},
    changed,
    lab::Lab,
};

fn cordoned() -> Value {
    changed(&node(), "/spec/unschedulable", json!(true))
}

#[test]
fn node_that_does_not_report_is_critical() {
    for status in ["Unknown", "False"] {
        let mut lab = Lab::default();

        lab.see(100, &node_with("Ready", status));

        assert_eq!(lab.line("node-health"), "NotReady critical Node/node-a - Node/node-a");
        assert_eq!(lab.the("node-health").group, format!("{CLUSTER}/Node/node-a"));
    }
}

#[test]
fn node_short_of_a_resource_is_reported() {
    for pressure in ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"] {
        let mut lab = Lab::default();

        lab.see(100, &node_with(pressure, "True"));

        assert_eq!(lab.line("node-health"), format!("{pressure} warning Node/node-a - Node/node-a"));
    }
}

#[test]
fn node_that_is_well_is_left_alone() {
    let mut lab = Lab::default();

    lab.see(100, &node());

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn condition_unknown_to_kubernetes_is_left_alone() {
    for status in ["True", "False", "Unknown"] {
        let mut lab = Lab::default();

        lab.see(100, &node_with("VendorAgentHealthy", status));

        assert_eq!(lab.rules(), NOTHING, "{status}");
    }
}

#[test]
fn node_that_reports_again_ends_it() {
    let mut lab = Lab::default();
    lab.see(100, &node_with("Ready", "Unknown"));

    lab.see(160, &node());

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("node-health"), Some(Clearance::Healthy));
}

#[test]
fn closed_node_is_only_noted() {
    let mut lab = Lab::default();

    lab.see(100, &cordoned());

    assert_eq!(lab.line("node-cordoned"), "NodeCordoned info Node/node-a - Node/node-a");
    assert_eq!(lab.the("node-cordoned").severity, Severity::Info);
}

#[test]
fn node_that_is_opened_again_ends_it() {
    let mut lab = Lab::default();
    lab.see(100, &cordoned());

    lab.see(160, &node());

    assert_eq!(lab.ended("node-cordoned"), Some(Clearance::Healthy));
}

#[test]
fn node_that_is_removed_is_not_healed() {
    let mut lab = Lab::default();
    lab.see(100, &node_with("Ready", "Unknown"));

    lab.lose(160, &node());

    assert_eq!(lab.ended("node-health"), Some(Clearance::Deleted));
}
