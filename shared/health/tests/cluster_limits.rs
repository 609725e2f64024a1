//! Autoscalers, quotas and disruption budgets at the end of their room.
#![expect(clippy::expect_used, reason = "a test may panic")]

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING,
    around::{OVER_QUOTA, autoscaler, blind_autoscaler, node, quota, seeing_autoscaler},
    changed,
    lab::{Lab, shop},
    object,
    pods::ready_pod,
    stamp,
    workloads::{daemon_set, deployment, first_revision, refused},
};

const CPU: &str = "/spec/template/spec/containers/0/resources/requests/cpu";

#[test]
fn request_that_an_autoscaler_needs_is_the_cause() {
    let mut lab = shop();
    lab.see(50, &seeing_autoscaler());
    lab.roll_out(90, &changed(&deployment("web"), CPU, Value::Null));
    lab.see(100, &ready_pod("web-2-a", &first_revision("web"), 92));
    lab.lose(100, &ready_pod("web-2-a", &first_revision("web"), 92));
    for letter in ["a", "b"] {
        lab.lose(101, &ready_pod(&format!("web-1-{letter}"), &first_revision("web"), LONG_AGO));
    }
    lab.see(102, &blind_autoscaler(100));

    lab.wait(190);

    assert_eq!(
        lab.line("autoscaler-request"),
        "FailedGetResourceMetric warning HorizontalPodAutoscaler/web - HorizontalPodAutoscaler/web"
    );
    let cause = "autoscaler-cannot-compute Deployment/web \
                 spec.template.spec.containers[web].resources.requests.cpu \"10m\" -> null";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn metrics_api_that_is_down_is_the_cause_whatever_is_requested() {
    let mut lab = shop();
    let mut api = object("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io");
    api["metadata"]["namespace"] = Value::Null;
    api["spec"] = json!({"group": "metrics.k8s.io", "version": "v1beta1"});
    api["status"] = json!({"conditions": [{"type": "Available", "status": "False"}]});
    lab.see(90, &api);
    let said = "failed to get cpu utilization: unable to fetch metrics from resource metrics API";
    lab.see(100, &autoscaler("False", "FailedGetResourceMetric", said, 100));

    lab.wait(190);

    let blamed = &lab.the("autoscaler-request").facts["blamed"];
    assert_eq!(blamed["object"]["name"], "v1beta1.metrics.k8s.io");
}

#[test]
fn autoscaler_whose_target_requests_enough_lacks_no_request() {
    let mut lab = shop();
    let said = "did not receive metrics for any ready pods";
    lab.see(100, &autoscaler("False", "FailedGetResourceMetric", said, 100));

    lab.wait(500);

    assert_eq!(lab.rules(), ["autoscaler-blind"]);
}

/// An autoscaler at its maximum since then, with that target and that use in percent.
fn pinned(target: u64, used: u64) -> Value {
    let mut body = seeing_autoscaler();
    body["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] = json!(target);
    let limited = json!({
        "lastTransitionTime": stamp(100),
        "message": "the desired replica count is more than the maximum replica count",
        "reason": "TooManyReplicas",
        "status": "True",
        "type": "ScalingLimited",
    });
    body["status"]["conditions"].as_array_mut().expect("autoscalers have conditions").push(limited);
    body["status"]["currentReplicas"] = json!(6);
    body["status"]["currentMetrics"] = json!([{
        "type": "Resource",
        "resource": {"name": "cpu", "current": {"averageUtilization": used, "averageValue": "1m"}},
    }]);
    body
}

#[test]
fn target_that_is_far_too_low_is_the_cause() {
    let mut lab = shop();
    lab.see(50, &seeing_autoscaler());
    lab.see(100, &pinned(5, 12));
    lab.wait(699);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(700);

    assert_eq!(
        lab.line("autoscaler-pinned"),
        "TooManyReplicas warning HorizontalPodAutoscaler/web - HorizontalPodAutoscaler/web"
    );
    let cause = "autoscaler-target-wrong HorizontalPodAutoscaler/web \
                 spec.metrics[Resource].resource.target.averageUtilization 80 -> 5";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn real_load_at_the_maximum_is_only_noted() {
    let mut lab = shop();
    lab.see(100, &pinned(80, 140));

    lab.wait(700);

    assert_eq!(
        lab.line("autoscaler-pinned"),
        "TooManyReplicas info HorizontalPodAutoscaler/web - HorizontalPodAutoscaler/web"
    );
}

#[test]
fn autoscaler_that_is_at_its_maximum_for_a_while_is_no_fault() {
    let mut lab = shop();
    lab.see(100, &pinned(80, 140));
    lab.wait(500);

    lab.see(501, &seeing_autoscaler());
    lab.wait(5000);

    assert_eq!(lab.rules(), NOTHING);
}

fn unable(reason: &str, target: &str) -> Value {
    let mut body = changed(&seeing_autoscaler(), "/spec/scaleTargetRef/name", json!(target));
    let said = format!("deployments.apps \"{target}\" not found");
    body["status"]["conditions"] = json!([{
        "lastTransitionTime": stamp(100), "message": said, "reason": reason, "status": "False", "type": "AbleToScale",
    }]);
    body
}

#[test]
fn target_that_is_missing_is_the_cause() {
    let mut lab = shop();
    lab.see(50, &seeing_autoscaler());
    lab.see(100, &unable("FailedGetScale", "wbe"));

    lab.wait(190);

    assert_eq!(
        lab.line("autoscaler-unable"),
        "FailedGetScale warning HorizontalPodAutoscaler/web - HorizontalPodAutoscaler/web"
    );
    let cause =
        "autoscaler-cannot-compute HorizontalPodAutoscaler/web spec.scaleTargetRef.name \"web\" -> \"wbe\"";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn autoscaler_between_two_steps_is_no_fault() {
    let mut lab = shop();

    lab.see(100, &unable("BackoffBoth", "web"));
    lab.wait(5000);

    assert_eq!(lab.rules(), NOTHING);
}

fn used_quota(used: &str) -> Value {
    let mut body = quota("tight", json!({"pods": "3", "services.nodeports": "0"}));
    body["status"] = json!({"hard": {"pods": "3", "services.nodeports": "0"}, "used": {"pods": used, "services.nodeports": "0"}});
    body
}

#[test]
fn quota_that_is_used_up_is_only_noted() {
    let mut lab = shop();

    lab.see(100, &used_quota("3"));

    assert_eq!(lab.line("quota-used-up"), "QuotaUsedUp info ResourceQuota/tight - ResourceQuota/tight");
    lab.see(110, &used_quota("2"));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn quota_that_refuses_pods_is_the_cause() {
    let mut lab = shop();
    lab.see(50, &changed(&used_quota("3"), "/spec/hard/pods", json!("10")));
    lab.see(90, &used_quota("3"));

    lab.see(100, &refused(&first_revision("web"), OVER_QUOTA, 1));
    lab.see(101, &changed(&used_quota("3"), "/metadata/generation", json!(2)));

    assert_eq!(lab.line("quota-used-up"), "QuotaUsedUp info ResourceQuota/tight - ResourceQuota/tight");
    assert_eq!(lab.cause(), "quota-exhausted ResourceQuota/tight spec.hard.pods \"10\" -> \"3\"");
}

fn budget(healthy: u64, desired: u64) -> Value {
    let mut body = object("policy/v1", "PodDisruptionBudget", "web");
    body["spec"] = json!({"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}});
    body["status"] = json!({
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "disruptionsAllowed": 0,
        "expectedPods": 2,
        "observedGeneration": 1,
    });
    body
}

#[test]
fn budget_without_room_is_only_noted() {
    let mut lab = shop();

    lab.see(100, &budget(2, 2));
    lab.wait(5000);

    assert_eq!(
        lab.line("budget-without-room"),
        "InsufficientPods info PodDisruptionBudget/web - PodDisruptionBudget/web"
    );
}

#[test]
fn budget_with_room_is_no_fault() {
    for body in [budget(1, 2), budget(2, 1), changed(&budget(2, 2), "/status/expectedPods", json!(3))] {
        let mut lab = shop();

        lab.see(100, &body);

        assert_eq!(lab.rules(), NOTHING, "{}", body["status"]);
    }
}

/// A lab in which `web` and a daemon run on a node that is closed, and nothing else is left there.
fn draining(others: bool) -> Lab {
    let mut lab = shop();
    lab.see(50, &node());
    lab.see(60, &changed(&node(), "/spec/unschedulable", json!(true)));
    lab.see(61, &ready_pod("agent-1", &daemon_set("agent"), LONG_AGO));
    if !others {
        for letter in ["a", "b"] {
            lab.lose(80, &ready_pod(&format!("db-1-{letter}"), &first_revision("db"), LONG_AGO));
        }
    }
    lab.see(100, &budget(2, 2));
    lab
}

#[test]
fn drain_that_a_budget_blocks_is_reported() {
    let mut lab = draining(false);

    lab.wait(660);

    assert_eq!(
        lab.line("budget-without-room"),
        "InsufficientPods warning PodDisruptionBudget/web - PodDisruptionBudget/web"
    );
    assert_eq!(lab.the("budget-without-room").facts["blamed"]["field"], "spec.minAvailable");
    lab.see(700, &budget(2, 1));
    assert_eq!(lab.ended("budget-without-room"), Some(Clearance::Healthy));
}

#[test]
fn closed_node_that_nobody_drains_blocks_nothing() {
    let mut lab = draining(true);

    lab.wait(5000);

    assert_eq!(lab.the("budget-without-room").severity.to_string(), "info");
}
