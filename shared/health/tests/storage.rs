//! Volumes that cannot be mounted and claims that get none.

mod support;

use chiron_model::Clearance;
use serde_json::Value;
use support::{
    NOTHING,
    around::claim,
    changed,
    event::{event, times},
    lab::shop,
    pods::{pending_pod, ready_pod},
    workloads::first_revision,
};

const NO_MAP: &str = "MountVolume.SetUp failed for volume \"theme\" : configmap \"theme\" not found";

fn new_pod() -> Value {
    pending_pod("web-1-c", &first_revision("web"), 100)
}

#[test]
fn volume_that_cannot_be_mounted_is_reported() {
    let mut lab = shop();
    lab.see(100, &new_pod());
    lab.hear(101, &event(&new_pod(), "FailedMount", NO_MAP));
    assert_eq!(lab.rules(), NOTHING);

    lab.hear(125, &times(&event(&new_pod(), "FailedMount", NO_MAP), 5));

    assert_eq!(lab.line("volume-mount"), "FailedMount warning Pod/web-1-c - Deployment/web");
    assert_eq!(lab.the("volume-mount").facts["said"], NO_MAP);
}

#[test]
fn volume_that_is_held_elsewhere_is_reported() {
    let mut lab = shop();
    let note = "Multi-Attach error for volume \"pvc-1\" Volume is already exclusively attached to one node";
    lab.see(100, &new_pod());
    lab.hear(101, &event(&new_pod(), "FailedAttachVolume", note));

    lab.hear(130, &times(&event(&new_pod(), "FailedAttachVolume", note), 2));

    assert_eq!(lab.line("volume-mount"), "FailedAttachVolume warning Pod/web-1-c - Deployment/web");
}

#[test]
fn first_failure_while_caches_fill_is_no_fault() {
    let mut lab = shop();
    let note = "MountVolume.SetUp failed for volume \"theme\" : failed to sync configmap cache: timed out";
    lab.see(100, &new_pod());

    lab.hear(101, &event(&new_pod(), "FailedMount", note));
    lab.wait(250);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn report_about_a_running_pod_is_history() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 100);
    lab.see(103, &pod);

    lab.hear(104, &times(&event(&pod, "FailedMount", NO_MAP), 5));
    lab.wait(250);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn report_in_other_words_does_not_end_it() {
    let mut lab = shop();
    let alone = changed(&new_pod(), "/metadata/ownerReferences", Value::Null);
    lab.see(100, &alone);
    lab.hear(101, &event(&alone, "FailedMount", NO_MAP));
    lab.hear(125, &times(&event(&alone, "FailedMount", NO_MAP), 5));
    let note =
        "Unable to attach or mount volumes: unmounted volumes=[theme]: timed out waiting for the condition";

    lab.hear(223, &event(&alone, "FailedMount", note));

    assert_eq!(lab.ended("volume-mount"), None);
    assert_eq!(lab.rules(), ["volume-mount"]);
}

#[test]
fn pod_that_gets_its_volume_ends_it() {
    let mut lab = shop();
    lab.see(100, &new_pod());
    lab.hear(101, &event(&new_pod(), "FailedMount", NO_MAP));
    lab.hear(125, &times(&event(&new_pod(), "FailedMount", NO_MAP), 5));

    lab.see(150, &ready_pod("web-1-c", &first_revision("web"), 145));

    assert_eq!(lab.ended("volume-mount"), Some(Clearance::Healthy));
}

#[test]
fn claim_that_was_made_a_moment_before_its_class_is_none_of_it() {
    let mut lab = shop();
    let mut disk = claim("disk", "Pending");
    disk["spec"]["storageClassName"] = "fast".into();
    let mut class = support::object("storage.k8s.io/v1", "StorageClass", "fast");
    class["metadata"]["namespace"] = Value::Null;
    lab.see(100, &disk);
    lab.see(100, &class);

    lab.hear(101, &event(&disk, "ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found"));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn claim_of_a_missing_class_is_reported() {
    let mut lab = shop();
    let disk = claim("disk", "Pending");
    lab.see(100, &disk);

    lab.hear(101, &event(&disk, "ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found"));

    assert_eq!(
        lab.line("claim-pending"),
        "ProvisioningFailed warning PersistentVolumeClaim/disk - PersistentVolumeClaim/disk"
    );
}

#[test]
fn claim_may_wait_for_its_first_pod() {
    let mut lab = shop();
    let disk = claim("disk", "Pending");
    lab.see(100, &disk);

    lab.hear(
        101,
        &event(&disk, "WaitForFirstConsumer", "waiting for first consumer to be created before binding"),
    );
    lab.wait(1000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn claim_that_is_bound_ends_it() {
    let mut lab = shop();
    let disk = claim("disk", "Pending");
    lab.see(100, &disk);
    lab.hear(101, &event(&disk, "ProvisioningFailed", "rpc error: code = ResourceExhausted"));

    lab.see(130, &claim("disk", "Bound"));

    assert_eq!(lab.ended("claim-pending"), Some(Clearance::Healthy));
}
