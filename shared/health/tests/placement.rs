//! Pods that no node takes, and pods that a node threw out.

mod support;

use chiron_model::{Clearance, Severity};
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING, changed,
    event::event,
    lab::shop,
    pods::{evicted_pod, ready_pod, unscheduled_pod},
    workloads::{deployment, first_revision, stand},
};

const TOO_LARGE: &str = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 \
                         Preemption is not helpful for scheduling.";

fn waiting_pod() -> Value {
    unscheduled_pod("web-1-c", &first_revision("web"), 100, TOO_LARGE)
}

fn thrown_out() -> Value {
    evicted_pod(&ready_pod("web-1-b", &first_revision("web"), LONG_AGO))
}

#[test]
fn pod_that_waits_for_30_seconds_is_reported() {
    let mut lab = shop();
    lab.see(101, &waiting_pod());
    lab.hear(101, &event(&waiting_pod(), "FailedScheduling", TOO_LARGE));
    lab.wait(129);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(130);

    assert_eq!(lab.line("unschedulable"), "Unschedulable warning Pod/web-1-c - Deployment/web");
    assert_eq!(lab.the("unschedulable").evidence.len(), 2);
}

#[test]
fn changed_request_needs_no_patience() {
    let mut lab = shop();
    let pointer = "/spec/template/spec/containers/0/resources/requests/cpu";
    let revision = lab.roll_out(100, &changed(&deployment("web"), pointer, json!("64")));

    lab.see(102, &unscheduled_pod("web-2-a", &revision, 102, TOO_LARGE));

    assert_eq!(lab.line("unschedulable"), "Unschedulable warning Pod/web-2-a - Deployment/web");
}

#[test]
fn cluster_that_grows_has_5_minutes() {
    let mut lab = shop();
    lab.see(101, &waiting_pod());
    lab.hear(
        105,
        &event(&waiting_pod(), "TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 5)}]"),
    );
    lab.wait(399);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(400);

    assert_eq!(lab.rules(), ["unschedulable"]);
}

#[test]
fn gated_pod_is_no_fault() {
    let mut lab = shop();
    let mut pod = waiting_pod();
    pod["status"]["conditions"][0]["reason"] = json!("SchedulingGated");

    lab.see(101, &pod);
    lab.wait(1000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pod_that_gets_a_node_ends_it() {
    let mut lab = shop();
    lab.see(101, &waiting_pod());
    lab.wait(130);

    lab.see(150, &ready_pod("web-1-c", &first_revision("web"), 145));

    assert_eq!(lab.ended("unschedulable"), Some(Clearance::Healthy));
}

#[test]
fn eviction_without_a_replacement_is_reported() {
    let mut lab = shop();
    lab.see(99, &stand(&deployment("web"), 1, 2, 2));

    lab.see(100, &thrown_out());

    assert_eq!(lab.line("evicted"), "Evicted warning Pod/web-1-b - Deployment/web");
}

#[test]
fn eviction_with_a_replacement_is_only_noted() {
    let mut lab = shop();

    lab.see(100, &thrown_out());

    assert_eq!(lab.line("evicted"), "Evicted info Pod/web-1-b - Deployment/web");
}

#[test]
fn replacement_of_an_evicted_pod_ends_the_trouble() {
    let mut lab = shop();
    lab.see(99, &stand(&deployment("web"), 1, 2, 2));
    lab.see(100, &thrown_out());

    lab.see(130, &stand(&deployment("web"), 2, 2, 2));

    // The evicted pod itself may be kept for days.
    let worst = lab.world.findings().map(|it| it.severity).max();
    assert!(worst.is_none_or(|it| it == Severity::Info), "{worst:?}");
}

#[test]
fn pod_that_failed_otherwise_is_not_evicted() {
    let mut lab = shop();
    let mut pod = thrown_out();
    pod["status"]["reason"] = json!("Terminated");

    lab.see(100, &pod);

    assert_eq!(lab.rules(), NOTHING);
}
