//! What is dropped of objects that are well changes nothing of what is found.

mod support;

use chiron_health::{Moment, World, slim};
use chiron_model::Observation;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NAMESPACE,
    around::{endpoint_slice, service},
    at, changed,
    lab::Lab,
    object,
    pods::{crash_loop, ready_pod},
    workloads::{deployment, healthy, replica_set},
};

/// What a look finds, a line each.
fn found(observations: Vec<Observation>) -> Vec<String> {
    let complete = ["Pod", "Service", "ReplicaSet", "Deployment", "NetworkPolicy"].map(str::to_owned).into();
    let moment = Moment { at: at(3_600), complete, ..Moment::default() };
    let world = World::look(observations, moment);
    world.findings().map(|it| format!("{} {} {}", it.rule, it.object.title(), it.message)).collect()
}

fn both(bodies: &[Value]) -> [Vec<String>; 2] {
    let mut lab = Lab::default();
    let whole: Vec<Observation> =
        bodies.iter().map(|it| lab.version_of(chiron_model::Operation::Add, 0, it)).collect();
    let mut slimmed = whole.clone();
    for it in &mut slimmed {
        slim(&mut it.body);
    }
    assert_ne!(whole, slimmed, "something is dropped");
    [found(whole), found(slimmed)]
}

fn shop() -> Vec<Value> {
    let caller = changed(
        &deployment("web"),
        "/spec/template/spec/containers/0/env",
        json!([{"name": "DATABASE_URL", "value": "tcp://db:8080"}]),
    );
    let revision = replica_set("web-1", &caller);
    let mut pod = ready_pod("web-1-a", &revision, LONG_AGO);
    pod["spec"]["containers"][0]["env"] = caller["spec"]["template"]["spec"]["containers"][0]["env"].clone();
    let mut all = vec![caller, revision, pod, service("db"), endpoint_slice("db")];
    all.extend(healthy("db"));
    all
}

#[test]
fn callers_that_a_policy_blocks_are_found_all_the_same() {
    let mut policy = object("networking.k8s.io/v1", "NetworkPolicy", "db");
    policy["spec"] = json!({
        "podSelector": {"matchLabels": {"app": "db"}},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "nobody"}}}]}],
    });
    let mut bodies = shop();
    bodies.push(policy);

    let [whole, slimmed] = both(&bodies);

    assert!(whole.iter().any(|it| it.contains("db")), "a caller in {NAMESPACE} is blocked: {whole:?}");
    assert_eq!(slimmed, whole);
}

#[test]
fn target_port_that_no_container_declares_is_found_all_the_same() {
    let mut bodies = shop();
    bodies[3] = changed(&service("db"), "/spec/ports/0/targetPort", json!(9999));

    let [whole, slimmed] = both(&bodies);

    assert_eq!(whole.len(), 1, "{whole:?}");
    assert_eq!(slimmed, whole);
}

#[test]
fn pod_that_crashes_beside_others_is_found_all_the_same() {
    let mut bodies = shop();
    let pod = ready_pod("db-1-z", &replica_set("db-1", &deployment("db")), LONG_AGO);
    bodies.push(crash_loop(&pod, "db", 1));

    let [whole, slimmed] = both(&bodies);

    assert!(!whole.is_empty());
    assert_eq!(slimmed, whole);
}
