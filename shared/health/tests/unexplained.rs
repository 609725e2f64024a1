//! Without a change that explains it, no cause is named, or one that is read from the state and believed less.

mod support;

use chiron_model::{RootCause, Score};
use serde_json::{Value, json};
use support::{
    LONG_AGO,
    around::OVER_QUOTA,
    at, changed,
    event::{times, unready},
    lab::{Lab, shop},
    pods::{crash_loop, out_of_memory, pending_pod, stuck, unready_pod},
    stamp,
    workloads::{condition, deployment, first_revision, refused, replica_set, stand},
};

fn new_pod() -> Value {
    unready_pod("web-1-c", &first_revision("web"), 100)
}

/// What was read from the state is believed half, and has no time.
fn is_read_from_the_state(cause: &RootCause) -> bool {
    cause.confidence == Score::clamped(0.5) && cause.changed_at.is_none() && cause.from.is_null()
}

#[test]
fn crash_without_a_change_has_no_cause() {
    let mut lab = shop();

    lab.see(110, &crash_loop(&new_pod(), "web", 1));

    assert_eq!(lab.cause(), "nothing");
    assert!(lab.hypotheses().is_empty());
}

#[test]
fn unready_pod_without_a_change_has_no_cause() {
    let mut lab = shop();
    lab.see(101, &new_pod());

    lab.hear(110, &times(&unready(&new_pod(), "web"), 3));

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn stuck_rollout_alone_has_no_cause() {
    let mut web = stand(&deployment("web"), 2, 1, 3);
    let said = "ReplicaSet \"web-2\" has timed out progressing.";
    web["status"]["conditions"] =
        json!([condition("Progressing", "False", "ProgressDeadlineExceeded", said)]);
    let mut lab = shop();

    lab.see(100, &web);

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn memory_limit_is_read_from_the_state() {
    let mut lab = shop();

    lab.see(110, &out_of_memory(&new_pod(), "log"));

    assert_eq!(
        lab.cause(),
        "memory-limit-below-need Deployment/web \
         spec.template.spec.containers[log].resources.limits.memory null -> \"32Mi\""
    );
    assert!(is_read_from_the_state(&lab.root_cause().unwrap()));
}

#[test]
fn missing_image_is_read_from_the_state() {
    let mut lab = shop();
    let pod = pending_pod("web-1-c", &first_revision("web"), 100);

    lab.see(110, &stuck(&pod, "web", "ErrImagePull", "lab.test/web:1.0: not found"));

    assert_eq!(
        lab.cause(),
        "image-not-pullable Deployment/web spec.template.spec.containers[web].image null -> \"lab.test/web:1.0\""
    );
    assert!(is_read_from_the_state(&lab.root_cause().unwrap()));
}

#[test]
fn field_of_a_pod_whose_workload_was_never_seen_is_that_of_the_pod() {
    let mut lab = Lab::default();
    let pod = pending_pod("web-1-c", &first_revision("web"), 100);

    lab.see(110, &stuck(&pod, "web", "ErrImagePull", "manifest unknown: not found"));

    assert_eq!(
        lab.cause(),
        "image-not-pullable Pod/web-1-c spec.containers[web].image null -> \"lab.test/web:1.0\""
    );
}

#[test]
fn refused_credential_is_read_from_the_state() {
    let mut lab = shop();
    let pod = pending_pod("web-1-c", &first_revision("web"), 100);

    lab.see(110, &stuck(&pod, "web", "ErrImagePull", "failed to authorize: 401 Unauthorized"));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism.as_str(), "registry-access-denied");
    assert!(is_read_from_the_state(&cause));
}

#[test]
fn old_quota_is_read_from_the_state() {
    let mut lab = shop();
    let web = changed(&deployment("web"), "/spec/replicas", json!(6));

    lab.see(101, &refused(&replica_set("web-1", &web), OVER_QUOTA, 2));

    assert_eq!(lab.cause(), "quota-exhausted ResourceQuota/tight spec.hard.pods null -> \"3\"");
    assert!(is_read_from_the_state(&lab.root_cause().unwrap()));
}

#[test]
fn limit_of_a_new_workload_is_read() {
    let fresh = changed(&deployment("fresh"), "/metadata/creationTimestamp", json!(stamp(100)));
    let mut lab = Lab::default();
    lab.see(100, &stand(&fresh, 0, 2, 2));
    lab.see(101, &replica_set("fresh-1", &fresh));

    lab.see(110, &out_of_memory(&unready_pod("fresh-1-a", &replica_set("fresh-1", &fresh), 102), "fresh"));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.field.as_str(), "spec.template.spec.containers[fresh].resources.limits.memory");
    assert_eq!(cause.to, "64Mi");
    assert_eq!(cause.changed_at, Some(at(100)));
    assert!(cause.confidence < Score::clamped(0.9));
}

#[test]
fn change_of_the_day_before_is_no_cause() {
    let pointer = "/spec/template/spec/containers/0/image";
    let mut lab = Lab::default();
    lab.see(LONG_AGO, &deployment("web"));
    lab.see(LONG_AGO, &first_revision("web"));
    lab.see(LONG_AGO + 100, &changed(&deployment("web"), pointer, json!("lab.test/web:1.1")));

    lab.see(3600, &crash_loop(&unready_pod("web-1-c", &first_revision("web"), 3000), "web", 1));

    assert_eq!(lab.cause(), "nothing");
}
