//! Containers that cannot be made or started, and pods that need no care.

mod support;

use serde_json::{Value, json};
use support::{
    NOTHING, changed, deleted,
    lab::shop,
    pods::{
        backing_off, crash_loop, finished_pod, out_of_memory, pending_pod, ready_pod, recovered, stuck,
        terminated,
    },
    workloads::{deployment, first_revision},
};

const NO_PROGRAM: &str =
    "failed to create containerd task: exec: \"web\": executable file not found in $PATH";

fn new_pod() -> Value {
    pending_pod("web-1-c", &first_revision("web"), 100)
}

#[test]
fn missing_configuration_is_reported() {
    let mut lab = shop();
    let said = "couldn't find key mode in ConfigMap shop/modes";

    lab.see(103, &stuck(&new_pod(), "web", "CreateContainerConfigError", said));

    assert_eq!(
        lab.line("container-config"),
        "CreateContainerConfigError warning Pod/web-1-c web Deployment/web"
    );
    assert_eq!(lab.the("container-config").facts["said"], said);
}

#[test]
fn optional_key_may_be_missing() {
    let mut lab = shop();
    let pointer = "/spec/template/spec/containers/0/env";
    let optional = json!([{"name": "MODE", "valueFrom": {
        "configMapKeyRef": {"key": "absent", "name": "modes", "optional": true},
    }}]);
    let revision = lab.roll_out(100, &changed(&deployment("web"), pointer, optional));

    lab.see(104, &ready_pod("web-2-a", &revision, 102));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn container_that_is_being_made_is_no_fault() {
    let mut lab = shop();

    lab.see(101, &new_pod());

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn container_that_cannot_be_started_is_reported() {
    for reason in ["RunContainerError", "CreateContainerError"] {
        let mut lab = shop();

        lab.see(103, &stuck(&new_pod(), "web", reason, NO_PROGRAM));

        let expected = format!("{reason} warning Pod/web-1-c web Deployment/web");
        assert_eq!(lab.line("container-start"), expected);
    }
}

#[test]
fn failed_start_is_reported_while_it_backs_off() {
    let mut lab = shop();

    lab.see(115, &backing_off(&new_pod(), "web", &terminated("StartError", 128)));

    assert_eq!(lab.line("container-start"), "StartError warning Pod/web-1-c web Deployment/web");
}

#[test]
fn failed_hook_is_a_documented_condition() {
    for reason in ["PreCreateHookError", "PreStartHookError", "PostStartHookError"] {
        let mut lab = shop();

        lab.see(103, &stuck(&new_pod(), "web", reason, "command 'warm-up' exited with 126"));

        let expected = format!("{reason} warning Pod/web-1-c web Deployment/web");
        assert_eq!(lab.line("container-start"), expected);
    }
}

#[test]
fn failed_start_is_over_once_the_container_runs() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 100);

    lab.see(103, &recovered(&pod, "web", &terminated("StartError", 128), 100));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn init_container_is_named_with_its_place() {
    let setup = json!([{"image": "lab.test/setup:1.0", "name": "setup"}]);
    let web = changed(&deployment("web"), "/spec/template/spec/initContainers", setup);
    let mut lab = shop();
    let revision = lab.roll_out(100, &web);
    let mut pod = pending_pod("web-2-a", &revision, 102);
    pod["status"]["initContainerStatuses"] =
        json!([{"image": "lab.test/setup:1.0", "name": "setup", "ready": false}]);
    pod["status"]["initContainerStatuses"][0]["state"] =
        json!({"waiting": {"message": NO_PROGRAM, "reason": "CreateContainerError"}});

    lab.see(104, &pod);

    assert_eq!(lab.line("container-start"), "CreateContainerError warning Pod/web-2-a setup Deployment/web");
    let facts = lab.the("container-start").facts;
    assert_eq!(facts["containerPath"], "spec.template.spec.initContainers[setup]");
}

#[test]
fn pods_being_deleted_are_left_alone() {
    for broken in [
        stuck(&new_pod(), "web", "ErrImagePull", "not found"),
        stuck(&new_pod(), "web", "CreateContainerConfigError", "configmap \"settings\" not found"),
        stuck(&new_pod(), "web", "RunContainerError", NO_PROGRAM),
        crash_loop(&new_pod(), "web", 1),
        out_of_memory(&new_pod(), "web"),
    ] {
        let mut lab = shop();

        lab.see(110, &deleted(&broken, 109));

        assert_eq!(lab.rules(), NOTHING, "{broken:#}");
    }
}

#[test]
fn pods_that_completed_need_no_care() {
    let mut lab = shop();

    lab.see(110, &finished_pod("web-1-c", &first_revision("web"), "Completed", 0));

    assert_eq!(lab.rules(), NOTHING);
}
