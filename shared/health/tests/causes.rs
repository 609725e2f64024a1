//! A change of a pod template is named as the cause of what follows from it.

mod support;

use chiron_model::Mechanism;
use serde_json::{Value, json};
use support::{
    at, changed,
    event::{probe_kill, times, unready},
    lab::{Lab, shop},
    pods::{
        backing_off, crash_loop, out_of_memory, pending_pod, ready_pod, stuck, terminated, unready_pod,
        unscheduled_pod,
    },
    workloads::{daemon_set, deployment, replica_set, stateful_set},
};

const MAIN: &str = "/spec/template/spec/containers/0";
const TOO_LARGE: &str = "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate.";
const NO_SUCH_NODE: &str = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";

/// The template of `web` is changed at second 100.
fn changed_at(pointer: &str, to: Value) -> (Lab, Value) {
    let mut lab = shop();
    let revision = lab.roll_out(100, &changed(&deployment("web"), pointer, to));
    (lab, revision)
}

/// A pod of the new revision that runs, and is not ready.
fn new_pod(revision: &Value) -> Value {
    unready_pod("web-2-a", revision, 102)
}

#[test]
fn cut_memory_limit_of_a_sidecar_is_named() {
    let pointer = "/spec/template/spec/containers/1/resources/limits/memory";
    let (mut lab, revision) = changed_at(pointer, json!("8Mi"));

    lab.see(105, &out_of_memory(&new_pod(&revision), "log"));

    assert_eq!(
        lab.cause(),
        "memory-limit-below-need Deployment/web \
         spec.template.spec.containers[log].resources.limits.memory \"32Mi\" -> \"8Mi\""
    );
    assert!(lab.root_cause().unwrap().confidence.value() > 0.9);
}

#[test]
fn memory_limit_that_appears_is_named() {
    let mut unlimited = deployment("web");
    unlimited["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({});
    let mut lab = Lab::default();
    lab.see(0, &unlimited);
    let limited = changed(&unlimited, &format!("{MAIN}/resources"), json!({"limits": {"memory": "24Mi"}}));
    let revision = lab.roll_out(100, &limited);

    lab.see(105, &out_of_memory(&new_pod(&revision), "web"));

    assert_eq!(
        lab.cause(),
        "memory-limit-below-need Deployment/web \
         spec.template.spec.containers[web].resources.limits.memory null -> \"24Mi\""
    );
}

#[test]
fn image_of_a_stateful_set_is_named() {
    let queue = changed(&stateful_set("queue"), &format!("{MAIN}/image"), json!("lab.test/queue:9.9"));
    let mut lab = shop();
    lab.see(0, &stateful_set("queue"));
    lab.see(100, &queue);

    lab.see(105, &stuck(&pending_pod("queue-1", &queue, 102), "queue", "ImagePullBackOff", "not found"));

    assert_eq!(
        lab.cause(),
        "image-not-pullable StatefulSet/queue \
         spec.template.spec.containers[queue].image \"lab.test/queue:1.0\" -> \"lab.test/queue:9.9\""
    );
}

#[test]
fn image_of_a_daemon_set_is_named() {
    let agent = changed(&daemon_set("agent"), &format!("{MAIN}/image"), json!("lab.test/agent:2.0"));
    let mut lab = shop();
    lab.see(0, &daemon_set("agent"));
    lab.see(100, &agent);

    lab.see(110, &crash_loop(&unready_pod("agent-b", &agent, 102), "agent", 1));

    assert_eq!(
        lab.cause(),
        "image-broken DaemonSet/agent \
         spec.template.spec.containers[agent].image \"lab.test/agent:1.0\" -> \"lab.test/agent:2.0\""
    );
}

#[test]
fn changed_readiness_probe_is_named() {
    let (mut lab, revision) = changed_at(&format!("{MAIN}/readinessProbe/httpGet/port"), json!(9090));
    let pod = new_pod(&revision);
    lab.see(103, &pod);

    lab.hear(112, &times(&unready(&pod, "web"), 3));

    assert_eq!(
        lab.cause(),
        "readiness-probe-wrong Deployment/web \
         spec.template.spec.containers[web].readinessProbe.httpGet.port 8080 -> 9090"
    );
}

#[test]
fn changed_liveness_probe_is_named() {
    let (mut lab, revision) = changed_at(&format!("{MAIN}/livenessProbe/httpGet/path"), json!("/nowhere"));
    let pod = ready_pod("web-2-a", &revision, 102);
    lab.see(104, &pod);

    lab.hear(115, &probe_kill(&pod, "web", "liveness"));

    assert_eq!(
        lab.cause(),
        "liveness-probe-wrong Deployment/web \
         spec.template.spec.containers[web].livenessProbe.httpGet.path \"/healthz\" -> \"/nowhere\""
    );
}

#[test]
fn added_startup_probe_is_named() {
    let probe = json!({"failureThreshold": 1, "httpGet": {"path": "/", "port": 9}, "periodSeconds": 1});
    let (mut lab, revision) = changed_at(&format!("{MAIN}/startupProbe"), probe);
    let pod = new_pod(&revision);
    lab.see(103, &pod);

    lab.hear(105, &probe_kill(&pod, "web", "startup"));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::StartupProbeWrong);
    assert_eq!(cause.field.as_str(), "spec.template.spec.containers[web].startupProbe");
    assert_eq!(cause.from, Value::Null);
}

#[test]
fn removed_environment_variable_is_named() {
    let mode = json!({"name": "MODE", "valueFrom": {"configMapKeyRef": {"key": "mode", "name": "modes"}}});
    let (mut lab, revision) = changed_at(&format!("{MAIN}/env"), json!([mode]));

    lab.see(110, &crash_loop(&new_pod(&revision), "web", 1));

    assert_eq!(
        lab.cause(),
        "environment-changed Deployment/web spec.template.spec.containers[web].env[LOG_LEVEL] \
         {\"name\":\"LOG_LEVEL\",\"value\":\"info\"} -> null"
    );
}

#[test]
fn changed_command_that_exits_is_named() {
    let (mut lab, revision) = changed_at(&format!("{MAIN}/command"), json!(["web", "--listen"]));

    lab.see(110, &crash_loop(&new_pod(&revision), "web", 2));

    assert_eq!(
        lab.cause(),
        "command-changed Deployment/web \
         spec.template.spec.containers[web].command [\"web\",\"--serve\"] -> [\"web\",\"--listen\"]"
    );
}

#[test]
fn command_that_is_not_there_is_named() {
    let (mut lab, revision) = changed_at(&format!("{MAIN}/command"), json!(["/nowhere"]));

    lab.see(110, &backing_off(&new_pod(&revision), "web", &terminated("StartError", 128)));

    assert_eq!(
        lab.cause(),
        "command-not-runnable Deployment/web \
         spec.template.spec.containers[web].command [\"web\",\"--serve\"] -> [\"/nowhere\"]"
    );
}

#[test]
fn raised_cpu_request_is_named() {
    let (mut lab, revision) = changed_at(&format!("{MAIN}/resources/requests/cpu"), json!("64"));

    lab.see(102, &unscheduled_pod("web-2-a", &revision, 102, TOO_LARGE));

    assert_eq!(
        lab.cause(),
        "request-above-capacity Deployment/web \
         spec.template.spec.containers[web].resources.requests.cpu \"10m\" -> \"64\""
    );
}

#[test]
fn added_node_selector_is_named() {
    let (mut lab, revision) = changed_at("/spec/template/spec/nodeSelector", json!({"disk": "fast"}));

    lab.see(102, &unscheduled_pod("web-2-a", &revision, 102, NO_SUCH_NODE));

    assert_eq!(
        lab.cause(),
        "placement-unsatisfiable Deployment/web spec.template.spec.nodeSelector.disk null -> \"fast\""
    );
}

#[test]
fn cause_says_when_and_by_whom() {
    let mut lab = shop();
    let web = changed(&deployment("web"), &format!("{MAIN}/image"), json!("lab.test/web:2.0"));
    lab.see_from("kubectl-set", 100, &web);
    let revision = replica_set("web-2", &web);
    lab.see(101, &revision);

    lab.see(110, &crash_loop(&new_pod(&revision), "web", 1));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.changed_by.as_deref(), Some("kubectl-set"));
    assert_eq!(cause.changed_at, Some(at(100)));
    assert_eq!(cause.evidence.len(), 2, "the change and the crash: {:?}", cause.evidence);
}
