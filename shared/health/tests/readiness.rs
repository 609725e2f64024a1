//! Containers that run but do not become ready, and those that only take their time.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING, changed,
    event::{container_event, times, unready},
    lab::{Lab, shop},
    pods::{ready_pod, ready_pod_after, turned, unready_pod},
    workloads::{deployment, first_revision, stand},
};

/// A pod that started at second 100. Its workload used to be ready after 2 s.
fn new_pod() -> Value {
    unready_pod("web-1-c", &first_revision("web"), 100)
}

#[test]
fn pod_that_takes_too_long_is_reported() {
    let mut lab = shop();
    lab.see(101, &new_pod());
    lab.hear(103, &unready(&new_pod(), "web"));
    lab.hear(106, &times(&unready(&new_pod(), "web"), 2));
    assert_eq!(lab.rules(), NOTHING);

    lab.hear(109, &times(&unready(&new_pod(), "web"), 3));

    assert_eq!(lab.line("not-ready"), "NotReady warning Pod/web-1-c web Deployment/web");
    assert_eq!(lab.the("not-ready").facts["refused"], true);
}

#[test]
fn slow_workload_may_take_its_usual_time() {
    let mut lab = Lab::default();
    lab.see(0, &deployment("slow"));
    lab.see(0, &first_revision("slow"));
    lab.see(0, &ready_pod_after(40, "slow-1-a", &first_revision("slow"), -1000));
    let pod = unready_pod("slow-1-b", &first_revision("slow"), 100);
    lab.see(101, &pod);

    lab.hear(200, &times(&unready(&pod, "slow"), 30));
    lab.wait(219);
    assert_eq!(lab.rules(), NOTHING);
    lab.wait(220);

    assert_eq!(lab.rules(), ["not-ready"]);
}

#[test]
fn unknown_workload_has_60_seconds() {
    let mut lab = Lab::default();
    lab.see(0, &stand(&deployment("web"), 0, 2, 2));
    lab.see(0, &first_revision("web"));
    let pod = unready_pod("web-1-a", &first_revision("web"), 0);
    lab.see(1, &pod);

    lab.hear(50, &times(&unready(&pod, "web"), 15));
    lab.wait(59);
    assert_eq!(lab.rules(), NOTHING);
    lab.wait(60);

    assert_eq!(lab.line("not-ready"), "NotReady critical Pod/web-1-a web Deployment/web");
}

#[test]
fn pod_without_a_failing_probe_only_starts() {
    let mut lab = shop();

    lab.see(101, &new_pod());
    lab.wait(250);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn failures_below_the_threshold_are_no_fault() {
    let mut lab = shop();
    lab.see(101, &new_pod());

    lab.hear(109, &times(&unready(&new_pod(), "web"), 2));
    lab.wait(150);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pod_that_becomes_ready_ends_it() {
    let mut lab = shop();
    lab.see(101, &new_pod());
    lab.hear(109, &times(&unready(&new_pod(), "web"), 3));

    lab.see(120, &turned(&new_pod(), true, 120));

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("not-ready"), Some(Clearance::Healthy));
}

#[test]
fn newest_failure_of_a_probe_counts() {
    let mut lab = shop();
    lab.see(101, &new_pod());
    // While the program starts nobody listens; then it answers, but with an error: two Event objects.
    lab.hear(101, &unready(&new_pod(), "web"));
    let note = "Readiness probe failed: HTTP probe failed with statuscode: 503";
    let failing = container_event(&new_pod(), "web", "Unhealthy", note);

    lab.hear(120, &times(&failing, 5));

    assert_eq!(lab.line("not-ready"), "NotReady warning Pod/web-1-c web Deployment/web");
    assert_eq!(lab.the("not-ready").facts["said"], note);
}

#[test]
fn recovery_of_a_pod_is_no_slow_start() {
    let mut lab = shop();
    let pod = ready_pod("web-1-a", &first_revision("web"), LONG_AGO);
    lab.see(7200, &turned(&pod, false, 7200));
    lab.see(7260, &turned(&pod, true, 7260));
    // It is seen once more while nothing changes in its readiness.
    lab.see(7270, &changed(&turned(&pod, true, 7260), "/metadata/labels/note", json!("looked at")));

    lab.see(7300, &turned(&pod, false, 7300));
    lab.hear(7330, &times(&unready(&pod, "web"), 10));
    lab.wait(7400);

    assert_eq!(lab.line("not-ready"), "NotReady warning Pod/web-1-a web Deployment/web");
}
