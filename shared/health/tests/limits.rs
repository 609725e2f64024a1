//! Pods that may not be created.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    NOTHING,
    around::OVER_QUOTA,
    changed,
    event::event,
    lab::{Lab, shop},
    workloads::{deployment, first_revision, refused, replica_set, stand, stateful_set},
};

/// `web` is to have six replicas.
fn enlarged() -> (Value, Value) {
    let web = changed(&deployment("web"), "/spec/replicas", json!(6));
    let revision = replica_set("web-1", &web);
    (web, revision)
}

/// The controller of a StatefulSet says only by Events what it may not do.
fn refused_set(lab: &mut Lab) -> Value {
    let queue = stand(&stateful_set("queue"), 1, 1, 1);
    let note = "create Pod queue-1 in StatefulSet queue failed error: pods \"queue-1\" is forbidden: exceeded quota: \
                tight, requested: pods=1, used: pods=3, limited: pods=3";
    lab.see(100, &queue);
    lab.hear(101, &event(&queue, "FailedCreate", note));
    queue
}

#[test]
fn refusal_by_a_quota_is_reported_with_figures() {
    let mut lab = shop();
    let (web, revision) = enlarged();
    lab.see(100, &web);

    lab.see(101, &refused(&revision, OVER_QUOTA, 2));

    assert_eq!(lab.line("create-refused"), "FailedCreate warning ReplicaSet/web-1 - Deployment/web");
    let facts = lab.the("create-refused").facts;
    assert_eq!(facts["quota"], "tight");
    assert_eq!(facts["requested"], "pods=1");
    assert_eq!(facts["limited"], "pods=3");
    assert_eq!(facts["missingReplicas"], 4);
}

#[test]
fn refusal_of_the_first_pod_is_critical() {
    let mut lab = Lab::default();
    lab.see(100, &stand(&deployment("web"), 0, 0, 0));

    lab.see(101, &refused(&first_revision("web"), OVER_QUOTA, 0));

    assert_eq!(lab.line("create-refused"), "FailedCreate critical ReplicaSet/web-1 - Deployment/web");
}

#[test]
fn stateful_set_is_reported_by_its_events() {
    let mut lab = shop();

    refused_set(&mut lab);

    assert_eq!(lab.line("create-refused"), "FailedCreate warning StatefulSet/queue - StatefulSet/queue");
    assert_eq!(lab.the("create-refused").facts["quota"], "tight");
}

#[test]
fn workload_that_wants_no_replicas_is_left_alone() {
    let mut lab = shop();
    let web = changed(&deployment("web"), "/spec/replicas", json!(0));
    lab.see(100, &stand(&web, 0, 0, 0));

    lab.see(101, &refused(&replica_set("web-1", &web), OVER_QUOTA, 0));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn refusal_that_did_not_last_is_history() {
    let mut lab = shop();
    let note = "Error creating: Operation cannot be fulfilled on resourcequotas \"tight\": the object has been \
                modified";

    lab.hear(100, &event(&first_revision("web"), "FailedCreate", note));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn refusal_of_20_minutes_ago_is_history() {
    let mut lab = Lab::default();
    let queue = stand(&stateful_set("queue"), 1, 1, 1);
    lab.hear(
        100,
        &event(&queue, "FailedCreate", "create Pod queue-1 in StatefulSet queue failed error: forbidden"),
    );

    lab.see(1300, &queue);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pods_that_are_created_end_it() {
    let mut lab = shop();
    let (web, revision) = enlarged();
    lab.see(100, &web);
    lab.see(101, &refused(&revision, OVER_QUOTA, 2));

    lab.see(200, &revision);
    assert_eq!(lab.rules(), ["create-refused"], "four replicas are not ready yet");
    lab.see(205, &stand(&web, 6, 6, 6));

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("create-refused"), Some(Clearance::Healthy));
}

#[test]
fn success_of_a_stateful_set_ends_it() {
    let mut lab = shop();
    let queue = refused_set(&mut lab);

    lab.hear(130, &event(&queue, "SuccessfulCreate", "create Pod queue-1 in StatefulSet queue successful"));
    lab.see(140, &stand(&queue, 2, 2, 2));

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("create-refused"), Some(Clearance::Healthy));
}
