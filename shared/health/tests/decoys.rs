//! Changes that explain nothing are never named, however close they are in time.

mod support;

use serde_json::{Value, json};
use support::{
    around::{OVER_QUOTA, blind_autoscaler, config_map, quota, seeing_autoscaler},
    changed,
    event::{event, times},
    lab::{Lab, shop},
    pods::{crash_loop, out_of_memory, pending_pod, stuck, unready_pod},
    workloads::{deployment, first_revision, refused, replica_set},
};

const NOTE: &str = "/metadata/annotations/note";
const LOG_LIMIT: &str = "/spec/template/spec/containers/1/resources/limits/memory";

/// A pod of the first revision crashes at second 110.
fn crash(lab: &mut Lab) {
    lab.see(110, &crash_loop(&unready_pod("web-1-c", &first_revision("web"), 105), "web", 1));
}

/// `web` with everything changed that changes nothing in its pods.
fn retouched(web: &Value) -> Value {
    let mark = json!({"kubectl.kubernetes.io/restartedAt": "2026-11-21T04:01:00Z", "note": "by hand"});
    let web = changed(web, NOTE, json!("checked"));
    let web = changed(&web, "/metadata/labels/team", json!("checkout"));
    changed(&web, "/spec/template/metadata/annotations", mark)
}

fn fields(lab: &Lab) -> Vec<String> {
    lab.hypotheses().iter().map(|it| format!("{} {}", it.cause.object.title(), it.cause.field)).collect()
}

#[test]
fn retouched_workload_is_never_named() {
    let mut lab = shop();
    let revision = lab.roll_out(100, &retouched(&deployment("web")));

    lab.see(110, &crash_loop(&unready_pod("web-2-a", &revision, 105), "web", 1));

    assert_eq!(lab.cause(), "nothing");
    assert!(lab.hypotheses().is_empty(), "{:?}", fields(&lab));
}

#[test]
fn unread_map_is_never_named() {
    let mut lab = shop();
    lab.see(100, &config_map("other", json!({})));

    crash(&mut lab);

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn unread_key_is_never_named() {
    let mut lab = shop();
    lab.see(100, &config_map("modes", json!({"mode": "live"})));

    crash(&mut lab);

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn cause_is_found_among_decoys() {
    let mut web = retouched(&deployment("web"));
    web["spec"]["template"]["spec"]["containers"][0]["env"].as_array_mut().unwrap().remove(0);
    let mut lab = shop();
    let revision = lab.roll_out(100, &web);
    lab.see(103, &config_map("other", json!({"key": "new"})));
    lab.see(104, &changed(&deployment("db"), "/metadata/labels/team", json!("data")));

    lab.see(110, &crash_loop(&unready_pod("web-2-a", &revision, 105), "web", 1));

    assert_eq!(fields(&lab), ["Deployment/web spec.template.spec.containers[web].env[LOG_LEVEL]"]);
}

#[test]
fn change_of_another_container_is_not_believed() {
    let image = "/spec/template/spec/containers/0/image";
    let mut lab = shop();
    let web = changed(&deployment("web"), LOG_LIMIT, json!("8Mi"));
    lab.see(90, &web);
    let revision = lab.roll_out(100, &changed(&web, image, json!("lab.test/web:1.1")));

    lab.see(105, &out_of_memory(&unready_pod("web-2-a", &revision, 102), "log"));

    assert_eq!(
        lab.cause(),
        "memory-limit-below-need Deployment/web \
         spec.template.spec.containers[log].resources.limits.memory \"32Mi\" -> \"8Mi\""
    );
}

#[test]
fn annotation_of_a_callee_is_never_named() {
    let mut lab = shop();
    lab.see(100, &changed(&deployment("db"), NOTE, json!("checked")));

    crash(&mut lab);

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn more_replicas_of_a_callee_are_never_named() {
    let mut lab = shop();
    lab.see(100, &changed(&deployment("db"), "/spec/replicas", json!(3)));

    crash(&mut lab);

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn annotation_of_an_autoscaler_is_never_named() {
    let mut lab = shop();
    lab.see(0, &seeing_autoscaler());
    lab.see(100, &changed(&seeing_autoscaler(), NOTE, json!("checked")));

    lab.see(111, &changed(&blind_autoscaler(110), NOTE, json!("checked")));
    lab.wait(200);

    assert_eq!(lab.cause(), "nothing");
}

#[test]
fn deletion_that_the_message_names_comes_first() {
    let mut lab = shop();
    lab.lose(100, &config_map("settings", json!({})));
    lab.lose(105, &config_map("theme", json!({})));
    let pod = pending_pod("web-1-c", &first_revision("web"), 107);

    lab.see(110, &stuck(&pod, "web", "CreateContainerConfigError", "configmap \"settings\" not found"));

    assert_eq!(lab.root_cause().unwrap().object.title(), "ConfigMap/settings");
}

#[test]
fn key_that_the_message_names_comes_first() {
    let mut lab = shop();
    lab.see(0, &config_map("theme", json!({"plain.css": "p{}", "style.css": "body{}"})));
    lab.see(100, &config_map("theme", json!({"plain.css": "p{}"})));
    lab.see(101, &config_map("theme", json!({})));
    let pod = pending_pod("web-1-c", &first_revision("web"), 104);
    lab.see(104, &pod);
    let note = "MountVolume.SetUp failed for volume \"theme\" : configmap references non-existent config key: \
                style.css";

    lab.hear(105, &event(&pod, "FailedMount", note));
    lab.hear(130, &times(&event(&pod, "FailedMount", note), 6));

    assert_eq!(lab.root_cause().unwrap().field.as_str(), "data['style.css']");
}

#[test]
fn quota_that_the_message_names_comes_first() {
    let web = changed(&deployment("web"), "/spec/replicas", json!(6));
    let mut lab = shop();
    lab.see(0, &quota("tight", json!({"pods": "10"})));
    lab.see(0, &quota("quota", json!({"services": "10"})));
    lab.see(100, &quota("tight", json!({"pods": "3"})));
    lab.see(105, &quota("quota", json!({"services": "5"})));

    lab.see(110, &refused(&replica_set("web-1", &web), OVER_QUOTA, 2));

    assert_eq!(lab.cause(), "quota-exhausted ResourceQuota/tight spec.hard.pods \"10\" -> \"3\"");
}

#[test]
fn repair_is_never_named() {
    let mut lab = shop();
    let web = changed(&deployment("web"), LOG_LIMIT, json!("8Mi"));
    let revision = lab.roll_out(100, &web);
    lab.see(105, &out_of_memory(&unready_pod("web-2-a", &revision, 102), "log"));
    let worse = changed(&web, LOG_LIMIT, json!("4Mi"));
    let third = replica_set("web-3", &worse);
    lab.see(130, &worse);
    lab.see(131, &third);

    lab.see(135, &out_of_memory(&unready_pod("web-3-a", &third, 132), "log"));

    assert_eq!(
        lab.cause(),
        "memory-limit-below-need Deployment/web \
         spec.template.spec.containers[log].resources.limits.memory \"32Mi\" -> \"8Mi\""
    );
}
