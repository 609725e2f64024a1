//! Storage classes that are missing, volumes that are lost, kept, or held by another node.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    NOTHING,
    around::{claim, node, node_with},
    changed,
    event::event,
    lab::{Lab, shop},
    object,
    pods::pending_pod,
    stamp,
    workloads::first_revision,
};

fn of_cluster(api_version: &str, kind: &str, name: &str) -> Value {
    changed(&object(api_version, kind, name), "/metadata/namespace", Value::Null)
}

fn class(name: &str, mode: &str) -> Value {
    let mut body = of_cluster("storage.k8s.io/v1", "StorageClass", name);
    body["provisioner"] = json!("lab.test/disks");
    body["volumeBindingMode"] = json!(mode);
    body
}

fn volume(class: &str, phase: &str) -> Value {
    let mut body = of_cluster("v1", "PersistentVolume", "pv-1");
    body["spec"] = json!({
        "claimRef": {"name": "disk", "namespace": "shop"},
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": class,
    });
    body["status"] = json!({"phase": phase});
    body
}

#[test]
fn class_that_is_missing_is_the_cause() {
    let mut lab = shop();
    lab.see(10, &class("slow", "Immediate"));
    let disk = changed(&claim("disk", "Pending"), "/metadata/creationTimestamp", json!(stamp(100)));
    lab.see(100, &disk);
    lab.hear(101, &event(&disk, "ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found"));

    lab.wait(130);

    let line = "ProvisioningFailed warning PersistentVolumeClaim/disk - PersistentVolumeClaim/disk";
    assert_eq!(lab.line("storage-class-missing"), line);
    let cause = "storage-class-missing PersistentVolumeClaim/disk spec.storageClassName null -> \"fast\"";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn claim_that_waits_for_its_first_pod_is_healthy() {
    let mut lab = shop();
    lab.see(10, &class("fast", "WaitForFirstConsumer"));
    let disk = claim("disk", "Pending");
    lab.see(100, &disk);

    lab.hear(101, &event(&disk, "WaitForFirstConsumer", "waiting for first consumer to be created"));
    lab.wait(5000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn class_without_an_object_may_stand_on_volumes_made_by_hand() {
    let mut lab = shop();
    lab.see(10, &class("slow", "Immediate"));
    lab.see(20, &volume("fast", "Available"));

    lab.see(100, &claim("disk", "Pending"));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn claim_without_a_class_needs_a_default_one() {
    let mut lab = shop();
    let disk = changed(&claim("disk", "Pending"), "/spec/storageClassName", Value::Null);
    lab.see(100, &disk);

    let said = "no persistent volumes available for this claim and no storage class is set";
    lab.hear(101, &event(&disk, "FailedBinding", said));

    let line = "FailedBinding warning PersistentVolumeClaim/disk - PersistentVolumeClaim/disk";
    assert_eq!(lab.line("storage-class-missing"), line);
}

#[test]
fn claim_whose_provisioner_is_silent_is_reported() {
    let mut lab = shop();
    lab.see(10, &class("fast", "WaitForFirstConsumer"));
    let mut disk = claim("disk", "Pending");
    disk["metadata"]["annotations"] = json!({"volume.kubernetes.io/selected-node": "node-a"});
    lab.see(100, &disk);
    lab.wait(399);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(400);

    let line = "ExternalProvisioning warning PersistentVolumeClaim/disk - PersistentVolumeClaim/disk";
    assert_eq!(lab.line("claim-waiting"), line);
}

#[test]
fn claim_that_lost_its_volume_is_reported() {
    let mut lab = shop();
    let mut disk = claim("disk", "Lost");
    disk["spec"]["volumeName"] = json!("pv-1");

    lab.see(100, &disk);

    let line = "ClaimLost warning PersistentVolumeClaim/disk - PersistentVolumeClaim/disk";
    assert_eq!(lab.line("claim-lost"), line);
}

#[test]
fn volume_that_failed_is_reported() {
    let mut lab = Lab::default();

    lab.see(100, &volume("fast", "Failed"));

    let line = "VolumeFailedDelete warning PersistentVolume/pv-1 - PersistentVolume/pv-1";
    assert_eq!(lab.line("volume-failed"), line);
}

#[test]
fn volume_that_nobody_claims_is_noted() {
    let mut lab = Lab::default();

    lab.see(100, &volume("fast", "Released"));

    assert_eq!(lab.line("volume-released"), "Released info PersistentVolume/pv-1 - PersistentVolume/pv-1");
    lab.see(101, &volume("fast", "Bound"));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn second_default_class_is_noted_once() {
    let mut lab = Lab::default();
    let default = json!({"storageclass.kubernetes.io/is-default-class": "true"});
    let slow = changed(&class("slow", "Immediate"), "/metadata/annotations", default.clone());
    let fast = changed(&class("fast", "Immediate"), "/metadata/annotations", default);
    lab.see(100, &slow);
    assert_eq!(lab.rules(), NOTHING);

    lab.see(101, &changed(&fast, "/metadata/creationTimestamp", json!(stamp(101))));

    assert_eq!(
        lab.line("several-default-classes"),
        "SeveralDefaults info StorageClass/fast - StorageClass/fast"
    );
}

fn attachment(node: &str) -> Value {
    let mut body = of_cluster("storage.k8s.io/v1", "VolumeAttachment", "csi-1");
    body["spec"] =
        json!({"attacher": "lab.test/disks", "nodeName": node, "source": {"persistentVolumeName": "pv-1"}});
    body["status"] = json!({"attached": true});
    body
}

fn waiting_pod() -> Value {
    let mut pod = pending_pod("web-1-c", &first_revision("web"), 100);
    pod["spec"]["nodeName"] = json!("node-b");
    pod["spec"]["volumes"] = json!([{"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}]);
    pod
}

/// A pod that waits on `node-b` for a volume that `node-a` holds.
fn held(mode: &str, node: &Value) -> Lab {
    let mut lab = shop();
    let mut disk = claim("disk", "Bound");
    disk["spec"]["volumeName"] = json!("pv-1");
    disk["spec"]["accessModes"] = json!([mode]);
    lab.see(50, &disk);
    lab.see(50, &attachment("node-a"));
    lab.see(90, node);
    lab.see(100, &waiting_pod());
    let said = "Multi-Attach error for volume \"pv-1\" Volume is already used by pod(s) web-1-b";
    lab.hear(101, &event(&waiting_pod(), "FailedAttachVolume", said));
    lab
}

#[test]
fn volume_that_a_lost_node_holds_is_reported() {
    let mut dead = node_with("Ready", "Unknown");
    dead["spec"]["taints"] = json!([{"effect": "NoExecute", "key": "node.kubernetes.io/unreachable"}]);
    let mut lab = held("ReadWriteOnce", &node());
    lab.see(101, &dead);
    lab.see(102, &waiting_pod());

    lab.wait(121);

    assert_eq!(lab.line("volume-held-elsewhere"), "FailedAttachVolume warning Pod/web-1-c - Deployment/web");
    let cause = lab.root_cause().expect("the node is the cause");
    assert_eq!(cause.mechanism.as_str(), "volume-held-elsewhere");
    assert_eq!((cause.object.title(), cause.field.as_str()), ("Node/node-a".to_owned(), "spec.taints"));
}

#[test]
fn volume_that_a_living_node_holds_has_2_minutes() {
    let mut lab = held("ReadWriteOnce", &node());
    lab.wait(220);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(221);

    let finding = lab.the("volume-held-elsewhere");
    assert_eq!(finding.facts["blamed"]["object"]["kind"], "VolumeAttachment");
}

#[test]
fn volume_that_is_let_go_ends_it() {
    let mut lab = held("ReadWriteOnce", &node());
    lab.wait(221);
    lab.see(225, &attachment("node-b"));

    lab.see(226, &changed(&waiting_pod(), "/metadata/labels/again", json!("1")));

    assert_eq!(lab.ended("volume-held-elsewhere"), Some(Clearance::Healthy));
}

#[test]
fn volume_that_many_nodes_use_is_not_held() {
    let mut lab = held("ReadWriteMany", &node());

    lab.wait(500);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn volume_that_cannot_be_attached_is_reported() {
    let mut lab = Lab::default();
    let mut body = attachment("node-a");
    body["metadata"]["creationTimestamp"] = json!(stamp(100));
    body["status"] =
        json!({"attached": false, "attachError": {"message": "disk is gone", "time": stamp(101)}});
    lab.see(101, &body);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(160);

    assert_eq!(
        lab.line("volume-attach-error"),
        "VolumeAttachError warning VolumeAttachment/csi-1 - VolumeAttachment/csi-1"
    );
    lab.see(170, &attachment("node-a"));
    assert_eq!(lab.rules(), NOTHING);
}
