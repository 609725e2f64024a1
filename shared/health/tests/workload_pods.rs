//! Pods that do not go, do not begin, fail, or restart more and more.
#![expect(clippy::needless_pass_by_value, reason = "json! makes values")]

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING,
    around::node_with,
    changed, deleted,
    lab::{Lab, shop},
    object, owned,
    pods::{finished_pod, pending_pod, ready_pod, recovered},
    stamp,
    workloads::{ended_job, first_revision, job},
};

fn kept(finalizer: &str) -> Value {
    let disk = object("v1", "PersistentVolumeClaim", "disk");
    deleted(&changed(&disk, "/metadata/finalizers", json!([finalizer])), 100)
}

#[test]
fn object_that_a_finalizer_keeps_is_reported() {
    let mut lab = shop();
    lab.see(101, &kept("lab.test/backup"));
    lab.wait(399);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(400);

    let line = "StuckTerminating warning PersistentVolumeClaim/disk - PersistentVolumeClaim/disk";
    assert_eq!(lab.line("stuck-terminating"), line);
    let cause =
        "finalizer-stuck PersistentVolumeClaim/disk metadata.finalizers null -> [\"lab.test/backup\"]";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn object_that_goes_in_the_end_is_deleted() {
    let mut lab = shop();
    lab.see(101, &kept("lab.test/backup"));
    lab.wait(400);

    lab.lose(420, &kept("lab.test/backup"));

    assert_eq!(lab.ended("stuck-terminating"), Some(Clearance::Deleted));
}

#[test]
fn claim_that_is_kept_while_it_is_used_is_only_noted() {
    let mut lab = shop();
    lab.see(101, &kept("kubernetes.io/pvc-protection"));

    lab.wait(5000);

    let line = "StuckTerminating info PersistentVolumeClaim/disk - PersistentVolumeClaim/disk";
    assert_eq!(lab.line("stuck-terminating"), line);
}

#[test]
fn pod_that_goes_within_its_time_is_no_fault() {
    let mut lab = shop();
    let pod = ready_pod("web-1-a", &first_revision("web"), LONG_AGO);
    lab.see(100, &deleted(&pod, 130));
    lab.wait(300);

    lab.lose(301, &pod);
    lab.wait(2000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pod_of_a_lost_node_cannot_go() {
    let mut lab = shop();
    lab.see(90, &node_with("Ready", "Unknown"));
    lab.see(100, &deleted(&ready_pod("web-1-a", &first_revision("web"), LONG_AGO), 130));

    lab.wait(430);

    assert_eq!(lab.line("stuck-terminating"), "StuckTerminating warning Pod/web-1-a - Deployment/web");
    let finding = lab.the("stuck-terminating");
    assert_eq!(finding.facts["blamed"]["object"]["name"], "node-a");
}

fn lone(pod: &Value) -> Value {
    changed(pod, "/metadata/ownerReferences", Value::Null)
}

#[test]
fn pod_that_failed_for_good_is_reported() {
    let mut lab = shop();

    let revision = first_revision("web");
    let mut pod = lone(&finished_pod("import", &revision, "Error", 3));
    pod["status"]["containerStatuses"][1]["state"]["terminated"]["exitCode"] = json!(0);
    lab.see(100, &pod);

    assert_eq!(lab.line("pod-failed"), "Failed warning Pod/import web Pod/import");
    assert_eq!(lab.the("pod-failed").facts["exitCode"], 3);
}

#[test]
fn failed_pod_of_a_job_counts_with_its_job() {
    let nothing = String::new();
    let tidy = job("tidy");
    let gave_up = ended_job(&tidy, "Failed", "BackoffLimitExceeded", "too many");
    let complete = ended_job(&tidy, "Complete", "CompletionsReached", "done");
    for (seen, expected) in
        [(None, "info"), (Some(tidy), ""), (Some(gave_up), "warning"), (Some(complete), "")]
    {
        let mut lab = shop();
        if let Some(job) = &seen {
            lab.see(99, job);
        }
        let mut pod = finished_pod("tidy-a", &job("tidy"), "Error", 42);
        pod["status"]["containerStatuses"][1]["state"]["terminated"]["exitCode"] = json!(0);

        lab.see(100, &pod);

        let severities: Vec<String> = lab
            .world
            .findings()
            .filter(|it| it.rule == "pod-failed")
            .map(|it| it.severity.to_string())
            .collect();
        assert_eq!(severities.first().unwrap_or(&nothing), expected, "{seen:?}");
    }
}

#[test]
fn failed_pod_that_was_replaced_is_only_noted() {
    let mut lab = shop();
    let mut pod = finished_pod("web-1-x", &first_revision("web"), "Error", 1);
    pod["status"]["containerStatuses"] = json!([]);
    pod["status"]["reason"] = json!("UnexpectedAdmissionError");

    lab.see(100, &pod);

    assert_eq!(lab.line("pod-failed"), "Failed info Pod/web-1-x - Deployment/web");
}

fn initialising(restart: Value) -> Value {
    let mut pod = pending_pod("web-1-c", &first_revision("web"), 100);
    pod["spec"]["initContainers"] =
        json!([{"name": "wait", "image": "lab.test/wait:1.0", "restartPolicy": restart}]);
    let state = json!({"running": {"startedAt": stamp(100)}});
    pod["status"]["initContainerStatuses"] =
        json!([{"name": "wait", "ready": false, "restartCount": 0, "lastState": {}, "state": state}]);
    pod
}

#[test]
fn init_container_that_waits_for_ever_is_reported() {
    let mut lab = shop();
    lab.see(100, &initialising(Value::Null));
    lab.wait(699);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(700);

    assert_eq!(lab.line("init-container-waits"), "PodInitializing warning Pod/web-1-c wait Deployment/web");
}

#[test]
fn sidecar_may_run_for_ever() {
    let mut lab = shop();

    lab.see(100, &initialising(json!("Always")));
    lab.wait(5000);

    assert_eq!(lab.rules(), NOTHING);
}

/// A container that runs since `started` after a life of so many seconds.
fn restarted(restarts: u64, life: i64, started: i64) -> Value {
    let last = json!({"terminated": {
        "exitCode": 1, "reason": "Error", "startedAt": stamp(started - 20 - life), "finishedAt": stamp(started - 20),
    }});
    let pod = recovered(&ready_pod("web-1-a", &first_revision("web"), LONG_AGO), "web", &last, started);
    changed(&pod, "/status/containerStatuses/0/restartCount", json!(restarts))
}

#[test]
fn container_that_ends_every_minute_is_reported_while_it_runs() {
    let mut lab = shop();

    lab.see(100, &restarted(7, 60, 95));

    assert_eq!(lab.line("restart-growth"), "RestartsGrowing warning Pod/web-1-a web Deployment/web");
}

#[test]
fn container_that_runs_longer_than_before_has_recovered() {
    let mut lab = shop();
    lab.see(100, &restarted(7, 60, 95));

    lab.wait(95 + 180);

    assert_eq!(lab.ended("restart-growth"), Some(Clearance::Healthy));
}

#[test]
fn restarts_of_the_past_are_history() {
    for (restarts, life, started) in [(7527, 60, -3000), (189, 40_000, 95), (2, 60, 95)] {
        let mut lab = shop();

        lab.see(100, &restarted(restarts, life, started));

        assert_eq!(lab.rules(), NOTHING, "{restarts} restarts");
    }
}

#[test]
fn hostile_objects_are_survived() {
    for kind in ["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Namespace"]
    {
        for part in
            [json!(null), json!(7), json!("x"), json!([1, {"a": null}]), json!({"conditions": {"a": 1}})]
        {
            let mut lab = Lab::default();
            let mut body = owned(object("v1", kind, "odd"), &object("apps/v1", "Deployment", "odd"));
            body["spec"] = part.clone();
            body["status"] = part.clone();
            lab.see(100, &body);
            body["metadata"]["finalizers"] = part;
            body["metadata"]["deletionTimestamp"] = json!(stamp(101));

            lab.see(102, &body);
            lab.wait(5000);
        }
    }
}
