//! Containers that exit again and again, and those that only once did.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    NOTHING,
    lab::shop,
    pods::{crash_loop, ready_pod, recovered, terminated, unready_pod, with_status},
    workloads::{deployment, first_revision, job, stand},
};

fn new_pod() -> Value {
    unready_pod("web-1-c", &first_revision("web"), 100)
}

#[test]
fn crash_loop_is_reported() {
    let mut lab = shop();

    lab.see(110, &crash_loop(&new_pod(), "web", 1));

    assert_eq!(lab.line("crash-loop"), "CrashLoopBackOff warning Pod/web-1-c web Deployment/web");
    let facts = lab.the("crash-loop").facts;
    assert_eq!(facts["exitCode"], 1);
    assert_eq!(facts["containerPath"], "spec.template.spec.containers[web]");
}

#[test]
fn crash_loop_of_all_replicas_is_critical() {
    let mut lab = shop();
    lab.see(105, &stand(&deployment("web"), 0, 2, 2));

    lab.see(110, &crash_loop(&new_pod(), "web", 1));

    assert_eq!(lab.line("crash-loop"), "CrashLoopBackOff critical Pod/web-1-c web Deployment/web");
}

#[test]
fn program_that_ends_without_error_can_loop_too() {
    let mut lab = shop();

    lab.see(110, &crash_loop(&new_pod(), "log", 0));

    assert_eq!(lab.line("crash-loop"), "CrashLoopBackOff warning Pod/web-1-c log Deployment/web");
}

#[test]
fn second_exit_is_reported_before_the_back_off() {
    let mut lab = shop();
    let ended =
        json!({"restartCount": 1, "state": terminated("Error", 1), "lastState": terminated("Error", 1)});

    lab.see(102, &with_status(&new_pod(), "web", &ended));

    assert_eq!(lab.line("crash-loop"), "CrashLoopBackOff warning Pod/web-1-c web Deployment/web");
}

#[test]
fn first_exit_is_no_loop() {
    let mut lab = shop();
    let ended = json!({"restartCount": 0, "state": terminated("Error", 1)});

    lab.see(102, &with_status(&new_pod(), "web", &ended));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn single_restart_is_no_loop() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 100);

    lab.see(103, &recovered(&pod, "web", &terminated("Error", 1), 100));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn many_restarts_long_ago_are_history() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), -7200);
    let pod = recovered(&pod, "web", &terminated("Error", 1), -3600);

    lab.see(100, &with_status(&pod, "web", &json!({"restartCount": 189})));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn restart_of_the_node_is_no_crash() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 100);

    lab.see(103, &recovered(&pod, "web", &terminated("Unknown", 255), 100));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pod_of_a_job_may_try_again() {
    let mut lab = shop();
    let tidy = job("tidy");
    lab.see(100, &tidy);

    lab.see(110, &crash_loop(&unready_pod("tidy-a", &tidy, 100), "tidy", 1));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn short_life_does_not_end_a_loop() {
    let mut lab = shop();
    lab.see(110, &crash_loop(&new_pod(), "web", 1));
    let pod = ready_pod("web-1-c", &first_revision("web"), 200);

    lab.see(203, &recovered(&pod, "web", &terminated("Error", 1), 200));
    lab.wait(229);

    assert_eq!(lab.rules(), ["crash-loop"]);
}

#[test]
fn life_of_30_seconds_ends_a_loop() {
    let mut lab = shop();
    lab.see(110, &crash_loop(&new_pod(), "web", 1));
    let pod = ready_pod("web-1-c", &first_revision("web"), 200);
    lab.see(203, &recovered(&pod, "web", &terminated("Error", 1), 200));

    lab.wait(230);

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("crash-loop"), Some(Clearance::Healthy));
}
