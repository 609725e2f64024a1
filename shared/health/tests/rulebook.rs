//! Every rule has a fixture on which it fires.

mod support;

use chiron_health::rule_docs;
use std::collections::BTreeSet;
use support::{NOTHING, lab::shop};

/// The rules, and the test file in which each of them fires.
const FIXTURES: &[(&str, &str)] = &[
    ("out-of-memory", include_str!("memory.rs")),
    ("image-pull", include_str!("images.rs")),
    ("container-config", include_str!("pods.rs")),
    ("container-start", include_str!("pods.rs")),
    ("probe-kills", include_str!("probes.rs")),
    ("crash-loop", include_str!("crashes.rs")),
    ("unschedulable", include_str!("placement.rs")),
    ("volume-mount", include_str!("storage.rs")),
    ("evicted", include_str!("placement.rs")),
    ("not-ready", include_str!("readiness.rs")),
    ("create-refused", include_str!("limits.rs")),
    ("rollout-stuck", include_str!("workloads.rs")),
    ("replicas-missing", include_str!("workloads.rs")),
    ("job-failed", include_str!("jobs.rs")),
    ("service-without-pods", include_str!("services.rs")),
    ("service-port", include_str!("services.rs")),
    ("claim-pending", include_str!("storage.rs")),
    ("autoscaler-blind", include_str!("workloads.rs")),
    ("node-health", include_str!("nodes.rs")),
    ("node-cordoned", include_str!("nodes.rs")),
    ("stuck-terminating", include_str!("workload_pods.rs")),
    ("pod-failed", include_str!("workload_pods.rs")),
    ("init-container-waits", include_str!("workload_pods.rs")),
    ("restart-growth", include_str!("workload_pods.rs")),
    ("stateful-set-stuck", include_str!("workload_sets.rs")),
    ("daemon-set-misscheduled", include_str!("workload_sets.rs")),
    ("missing-reference", include_str!("workload_sets.rs")),
    ("revision-stuck", include_str!("workload_sets.rs")),
    ("schedule-invalid", include_str!("batch_jobs.rs")),
    ("schedule-missed", include_str!("batch_jobs.rs")),
    ("schedule-suspended", include_str!("batch_jobs.rs")),
    ("job-retrying", include_str!("batch_jobs.rs")),
    ("job-overdue", include_str!("batch_jobs.rs")),
    ("storage-class-missing", include_str!("storage_states.rs")),
    ("claim-waiting", include_str!("storage_states.rs")),
    ("claim-lost", include_str!("storage_states.rs")),
    ("volume-failed", include_str!("storage_states.rs")),
    ("volume-released", include_str!("storage_states.rs")),
    ("several-default-classes", include_str!("storage_states.rs")),
    ("volume-held-elsewhere", include_str!("storage_states.rs")),
    ("volume-attach-error", include_str!("storage_states.rs")),
    ("node-lease-stale", include_str!("cluster_nodes.rs")),
    ("node-tainted", include_str!("cluster_nodes.rs")),
    ("pod-on-lost-node", include_str!("cluster_nodes.rs")),
    ("cordon-blocks-pods", include_str!("cluster_nodes.rs")),
    ("namespace-terminating", include_str!("cluster_nodes.rs")),
    ("autoscaler-request", include_str!("cluster_limits.rs")),
    ("autoscaler-pinned", include_str!("cluster_limits.rs")),
    ("autoscaler-unable", include_str!("cluster_limits.rs")),
    ("quota-used-up", include_str!("cluster_limits.rs")),
    ("budget-without-room", include_str!("cluster_limits.rs")),
    ("service-selector", include_str!("network_services.rs")),
    ("service-target", include_str!("network_services.rs")),
    ("service-unready", include_str!("network_services.rs")),
    ("load-balancer-pending", include_str!("network_services.rs")),
    ("policy-blocks-names", include_str!("network_policies.rs")),
    ("policy-blocks-callers", include_str!("network_policies.rs")),
    ("policy-selects-nothing", include_str!("network_policies.rs")),
    ("ingress-backend", include_str!("network_routes.rs")),
    ("ingress-class", include_str!("network_routes.rs")),
    ("ingress-tls", include_str!("network_routes.rs")),
    ("ingress-conflict", include_str!("network_routes.rs")),
    ("gateway-class", include_str!("network_routes.rs")),
    ("gateway-status", include_str!("network_routes.rs")),
    ("route-parent", include_str!("network_routes.rs")),
    ("route-backend", include_str!("network_routes.rs")),
    ("route-status", include_str!("network_routes.rs")),
    ("mesh-route", include_str!("mesh_istio.rs")),
    ("mesh-weight", include_str!("mesh_istio.rs")),
    ("mesh-rule-host", include_str!("mesh_istio.rs")),
    ("mesh-strict-callers", include_str!("mesh_istio.rs")),
    ("mesh-tls-conflict", include_str!("mesh_istio.rs")),
    ("mesh-authorization", include_str!("mesh_istio.rs")),
    ("mesh-injection", include_str!("mesh_istio.rs")),
    ("webhook-unavailable", include_str!("admission_webhooks.rs")),
    ("api-service-unavailable", include_str!("admission_webhooks.rs")),
    ("definition-not-served", include_str!("admission_webhooks.rs")),
    ("custom-resource", include_str!("custom_resources.rs")),
    ("certificate-expiring", include_str!("custom_resources.rs")),
];

#[test]
fn every_rule_has_a_fixture() {
    let rules: BTreeSet<&str> = rule_docs().iter().map(|it| it.name).collect();

    let covered: BTreeSet<&str> = FIXTURES.iter().map(|(rule, _)| *rule).collect();

    assert_eq!(covered, rules);
}

#[test]
fn fixtures_make_their_rules_fire() {
    for (rule, source) in FIXTURES {
        let fires = format!("lab.line(\"{rule}\")");

        assert!(source.contains(&fires), "{rule} does not fire in its file");
    }
}

#[test]
fn rules_are_documented() {
    for doc in rule_docs() {
        assert!(!doc.kinds.is_empty() && !doc.conditions.is_empty(), "{}", doc.name);
        assert!(doc.about.ends_with('.'), "{}: {}", doc.name, doc.about);
    }
}

#[test]
fn shop_that_runs_well_gives_no_finding() {
    let mut lab = shop();

    let found = lab.wait(7200);

    assert!(found.is_empty(), "{found:?}");
    assert_eq!(lab.rules(), NOTHING);
}
