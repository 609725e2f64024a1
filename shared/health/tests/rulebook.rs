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
