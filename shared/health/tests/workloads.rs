//! Rollouts that do not get on, replicas that are missing, and autoscalers that cannot compute.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    NOTHING,
    around::{autoscaler, blind_autoscaler, seeing_autoscaler},
    changed,
    lab::shop,
    pods::{crash_loop, unready_pod},
    workloads::{condition, daemon_set, deployment, first_revision, stand, stateful_set},
};

/// `web` with a new replica beside the two old ones, and what its controller says of the rollout.
fn rolling(status: &str, reason: &str, message: &str) -> Value {
    let mut web = stand(&deployment("web"), 2, 1, 3);
    web["status"]["conditions"] = json!([condition("Progressing", status, reason, message)]);
    web
}

fn overdue() -> Value {
    rolling("False", "ProgressDeadlineExceeded", "ReplicaSet \"web-2\" has timed out progressing.")
}

#[test]
fn rollout_past_its_deadline_is_reported() {
    let mut lab = shop();

    lab.see(700, &overdue());

    assert_eq!(lab.line("rollout-stuck"), "ProgressDeadlineExceeded warning Deployment/web - Deployment/web");
}

#[test]
fn overdue_rollout_of_what_serves_nobody_is_critical() {
    let mut lab = shop();
    let mut web = overdue();
    web["status"]["readyReplicas"] = json!(0);

    lab.see(700, &web);

    assert_eq!(
        lab.line("rollout-stuck"),
        "ProgressDeadlineExceeded critical Deployment/web - Deployment/web"
    );
}

#[test]
fn rollout_that_gets_on_is_no_fault() {
    let mut lab = shop();

    lab.see(100, &rolling("True", "ReplicaSetUpdated", "ReplicaSet \"web-2\" is progressing."));
    lab.wait(650);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn paused_rollout_is_no_fault() {
    let mut lab = shop();

    lab.see(100, &rolling("Unknown", "DeploymentPaused", "Deployment is paused"));
    lab.wait(2000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn rollout_that_is_finished_ends_it() {
    let mut lab = shop();
    lab.see(700, &overdue());

    lab.see(800, &stand(&deployment("web"), 2, 2, 2));

    assert_eq!(lab.ended("rollout-stuck"), Some(Clearance::Healthy));
}

#[test]
fn replicas_missing_for_5_minutes_are_reported() {
    for (workload, title) in [
        (deployment("web"), "Deployment/web"),
        (stateful_set("queue"), "StatefulSet/queue"),
        (daemon_set("agent"), "DaemonSet/agent"),
    ] {
        let mut lab = shop();
        lab.see(100, &stand(&workload, 1, 2, 2));
        lab.wait(399);
        assert_eq!(lab.rules(), NOTHING, "{title}");

        lab.wait(400);

        let expected = format!("ReplicasUnavailable warning {title} - {title}");
        assert_eq!(lab.line("replicas-missing"), expected);
    }
}

#[test]
fn workload_without_a_ready_replica_is_critical() {
    let mut lab = shop();
    lab.see(100, &stand(&stateful_set("queue"), 0, 2, 2));

    lab.wait(400);

    assert_eq!(
        lab.line("replicas-missing"),
        "ReplicasUnavailable critical StatefulSet/queue - StatefulSet/queue"
    );
}

#[test]
fn missing_replicas_with_a_known_reason_are_silent() {
    let mut lab = shop();
    lab.see(100, &stand(&deployment("web"), 1, 2, 2));
    lab.see(110, &crash_loop(&unready_pod("web-1-c", &first_revision("web"), 100), "web", 1));

    lab.wait(1000);

    assert_eq!(lab.rules(), ["crash-loop"]);
}

#[test]
fn workload_scaled_to_zero_misses_nothing() {
    let mut lab = shop();
    let web = changed(&deployment("web"), "/spec/replicas", json!(0));

    lab.see(100, &stand(&web, 0, 0, 0));
    lab.wait(1000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn short_shortages_do_not_add_up() {
    let mut lab = shop();
    lab.see(100, &stand(&deployment("web"), 1, 2, 2));
    lab.see(300, &stand(&deployment("web"), 2, 2, 2));
    lab.see(350, &stand(&deployment("web"), 1, 2, 2));

    lab.wait(649);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn replicas_that_come_back_end_it() {
    let mut lab = shop();
    lab.see(100, &stand(&deployment("web"), 1, 2, 2));
    lab.wait(400);

    lab.see(450, &stand(&deployment("web"), 2, 2, 2));

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("replicas-missing"), Some(Clearance::Healthy));
}

#[test]
fn autoscaler_without_its_metric_is_reported() {
    let mut lab = shop();
    lab.see(101, &blind_autoscaler(100));
    lab.wait(189);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(190);

    assert_eq!(
        lab.line("autoscaler-blind"),
        "ScalingInactive warning HorizontalPodAutoscaler/web - HorizontalPodAutoscaler/web"
    );
    assert_eq!(lab.the("autoscaler-blind").facts["reason"], "FailedGetResourceMetric");
}

#[test]
fn autoscaler_of_a_stopped_workload_is_no_fault() {
    let mut lab = shop();
    let said = "scaling is disabled since the replica count of the target is zero";

    lab.see(101, &autoscaler("False", "ScalingDisabled", said, 100));
    lab.wait(1000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn autoscaler_that_computes_again_ends_it() {
    let mut lab = shop();
    lab.see(101, &blind_autoscaler(100));
    lab.wait(190);

    lab.see(240, &seeing_autoscaler());

    assert_eq!(lab.ended("autoscaler-blind"), Some(Clearance::Healthy));
}
