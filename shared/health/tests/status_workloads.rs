//! The health of workloads, pods and jobs.

use chiron_health::{Health, health_of};
use serde_json::{Value, json};

fn object(api_version: &str, kind: &str, rest: &Value) -> Value {
    let mut object =
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "shop", "generation": 2}});
    for (key, value) in rest.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    object
}

fn fares(api_version: &str, kind: &str, rest: &Value) -> &'static str {
    health_of(&object(api_version, kind, rest)).map_or("none", |found| found.health.as_str())
}

fn deployment(rest: &Value) -> &'static str {
    fares("apps/v1", "Deployment", rest)
}

fn pod(rest: &Value) -> &'static str {
    fares("v1", "Pod", rest)
}

fn rolled_out() -> Value {
    json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "readyReplicas": 3})
}

#[test]
fn a_deployment_that_is_rolled_out_is_healthy() {
    assert_eq!(deployment(&json!({"spec": {"replicas": 3}, "status": rolled_out()})), "Healthy");
}

#[test]
fn a_paused_deployment_is_suspended() {
    assert_eq!(
        deployment(&json!({"spec": {"replicas": 3, "paused": true}, "status": rolled_out()})),
        "Suspended"
    );
}

#[test]
fn a_deployment_whose_newest_spec_is_unseen_is_progressing() {
    let mut status = rolled_out();
    status["observedGeneration"] = json!(1);

    assert_eq!(deployment(&json!({"spec": {"replicas": 3}, "status": status})), "Progressing");
    assert_eq!(deployment(&json!({"spec": {"replicas": 3}})), "Progressing");
}

#[test]
fn a_deployment_with_old_or_missing_replicas_is_progressing() {
    for (key, number) in [("updatedReplicas", 2), ("replicas", 4), ("availableReplicas", 2)] {
        let mut status = rolled_out();
        status[key] = json!(number);

        assert_eq!(deployment(&json!({"spec": {"replicas": 3}, "status": status})), "Progressing", "{key}");
    }
}

#[test]
fn a_deployment_out_of_time_is_degraded_and_says_why() {
    let mut status = rolled_out();
    status["conditions"] = json!([{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
        "message": "ReplicaSet \"shop-1\" has timed out progressing."}]);
    let object = object("apps/v1", "Deployment", &json!({"spec": {"replicas": 3}, "status": status}));

    let found = health_of(&object).expect("a Deployment has health");

    assert_eq!(found.health, Health::Degraded);
    assert_eq!(found.message, "ReplicaSet \"shop-1\" has timed out progressing.");
}

#[test]
fn a_stateful_set_may_keep_old_pods_by_its_strategy() {
    let status = json!({"observedGeneration": 2, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 1,
        "currentRevision": "shop-1", "updateRevision": "shop-2"});
    let with =
        |strategy: Value| json!({"spec": {"replicas": 3, "updateStrategy": strategy}, "status": status});
    let set = |strategy: Value| fares("apps/v1", "StatefulSet", &with(strategy));

    assert_eq!(set(json!({"type": "RollingUpdate"})), "Progressing");
    assert_eq!(set(json!({"type": "OnDelete"})), "Healthy");
    assert_eq!(set(json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})), "Healthy");
    assert_eq!(set(json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 1}})), "Progressing");
}

#[test]
fn a_daemon_set_waits_for_every_node() {
    let with = |updated: u64, available: u64, strategy: &str| {
        let status = json!({"observedGeneration": 2, "desiredNumberScheduled": 3, "updatedNumberScheduled": updated,
            "numberAvailable": available});
        fares(
            "apps/v1",
            "DaemonSet",
            &json!({"spec": {"updateStrategy": {"type": strategy}}, "status": status}),
        )
    };

    assert_eq!(with(3, 3, "RollingUpdate"), "Healthy");
    assert_eq!(with(2, 3, "RollingUpdate"), "Progressing");
    assert_eq!(with(3, 2, "RollingUpdate"), "Progressing");
    assert_eq!(with(1, 3, "OnDelete"), "Healthy");
}

#[test]
fn a_replica_set_that_may_not_make_pods_is_degraded() {
    let failure =
        json!([{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota"}]);
    let with = |available: u64, conditions: &Value| {
        let status =
            json!({"observedGeneration": 2, "availableReplicas": available, "conditions": conditions});
        fares("apps/v1", "ReplicaSet", &json!({"spec": {"replicas": 2}, "status": status}))
    };

    assert_eq!(with(2, &json!([])), "Healthy");
    assert_eq!(with(1, &json!([])), "Progressing");
    assert_eq!(with(0, &failure), "Degraded");
}

#[test]
fn a_pod_is_judged_by_whether_it_is_meant_to_end() {
    let ready = json!([{"type": "Ready", "status": "True"}]);
    let with = |policy: &str| {
        pod(&json!({"spec": {"restartPolicy": policy}, "status": {"phase": "Running", "conditions": ready}}))
    };

    assert_eq!(with("Always"), "Healthy");
    assert_eq!(with("Never"), "Progressing");
    assert_eq!(with("OnFailure"), "Progressing");
    assert_eq!(pod(&json!({"status": {"phase": "Succeeded"}})), "Healthy");
    assert_eq!(pod(&json!({"status": {"phase": "Failed"}})), "Degraded");
    assert_eq!(pod(&json!({"status": {"phase": "Pending"}})), "Progressing");
    assert_eq!(pod(&json!({})), "Progressing");
}

#[test]
fn a_pod_that_only_starts_slowly_is_not_degraded() {
    let with = |state: Value, last: Value| {
        let statuses = json!([{"name": "web", "ready": false, "state": state, "lastState": last}]);
        pod(&json!({"status": {"phase": "Running", "containerStatuses": statuses}}))
    };
    let died = json!({"terminated": {"exitCode": 137, "reason": "OOMKilled"}});

    assert_eq!(with(json!({"running": {}}), json!({})), "Progressing");
    assert_eq!(with(json!({"waiting": {"reason": "ContainerCreating"}}), json!({})), "Progressing");
    assert_eq!(with(json!({"running": {}}), died), "Degraded");
    assert_eq!(with(json!({"waiting": {"reason": "CrashLoopBackOff"}}), json!({})), "Degraded");
}

#[test]
fn an_image_that_cannot_be_pulled_breaks_a_pod_of_any_policy() {
    let statuses = json!([{"name": "web", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]);

    for policy in ["Always", "Never", "OnFailure"] {
        let rest = json!({"spec": {"restartPolicy": policy},
            "status": {"phase": "Pending", "initContainerStatuses": statuses}});
        assert_eq!(pod(&rest), "Degraded", "{policy}");
    }
}

#[test]
fn a_job_ends_well_or_badly_or_waits() {
    let with = |kind: &str| {
        let conditions = json!([{"type": kind, "status": "True", "message": "so it is"}]);
        fares("batch/v1", "Job", &json!({"status": {"conditions": conditions}}))
    };

    assert_eq!(with("Complete"), "Healthy");
    assert_eq!(with("Failed"), "Degraded");
    assert_eq!(with("Suspended"), "Suspended");
    assert_eq!(fares("batch/v1", "Job", &json!({"status": {"active": 1}})), "Progressing");
}

#[test]
fn a_schedule_is_degraded_when_its_last_job_failed() {
    let with = |status: Value| fares("batch/v1", "CronJob", &json!({"status": status}));
    let at = |hour: u32| format!("2026-01-01T{hour:02}:00:00Z");

    assert_eq!(with(json!({"lastScheduleTime": at(2), "lastSuccessfulTime": at(1)})), "Degraded");
    assert_eq!(with(json!({"lastScheduleTime": at(2), "lastSuccessfulTime": at(3)})), "Healthy");
    assert_eq!(
        with(json!({"lastScheduleTime": at(2), "lastSuccessfulTime": at(1), "active": [{"name": "a"}]})),
        "Healthy"
    );
    assert_eq!(with(json!({"lastScheduleTime": at(2)})), "Healthy");
    assert_eq!(with(json!({})), "Healthy");
}
