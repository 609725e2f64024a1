//! `StatefulSets`, `DaemonSets` and Deployments that are held up by something that they name or need.

mod support;

use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING, changed,
    event::event,
    lab::shop,
    object,
    pods::{ready_pod, stuck, unready_pod},
    workloads::{condition, daemon_set, deployment, first_revision, replica_set, stand, stateful_set},
};

/// The set `db2` with one ready pod of two.
fn short_set(policy: &str) -> Value {
    let set = stand(&stateful_set("db"), 1, 2, 2);
    changed(&set, "/spec/podManagementPolicy", json!(policy))
}

fn short_lab(policy: &str) -> support::lab::Lab {
    let mut lab = shop();
    let mut set = short_set(policy);
    set["status"]["observedGeneration"] = json!(2);
    lab.see(100, &set);
    lab.see(100, &ready_pod("db-0", &set, LONG_AGO));
    lab
}

#[test]
fn set_that_stops_at_a_pod_is_reported() {
    let mut lab = short_lab("OrderedReady");
    lab.wait(399);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(400);

    assert_eq!(lab.line("stateful-set-stuck"), "StatefulSetStuck warning StatefulSet/db - StatefulSet/db");
    assert_eq!(lab.the("stateful-set-stuck").facts["pod"], "db-1");
}

#[test]
fn set_that_starts_in_parallel_does_not_stop() {
    let mut lab = short_lab("Parallel");

    lab.wait(400);

    assert!(!lab.rules().contains(&"stateful-set-stuck".to_owned()), "{:?}", lab.rules());
}

#[test]
fn set_that_is_being_scaled_is_no_fault() {
    let mut lab = short_lab("OrderedReady");

    lab.see(300, &stateful_set("db"));
    lab.wait(2000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn daemon_on_a_wrong_node_is_noted() {
    let mut lab = shop();
    let set = changed(&daemon_set("agent"), "/status/numberMisscheduled", json!(1));
    lab.see(100, &set);
    lab.wait(399);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(400);

    assert_eq!(lab.line("daemon-set-misscheduled"), "Misscheduled info DaemonSet/agent - DaemonSet/agent");
}

fn with(field: &str, value: Value) -> Value {
    stand(&changed(&deployment("web"), &format!("/spec/template/spec/{field}"), value), 1, 1, 2)
}

#[test]
fn account_that_is_missing_is_the_cause() {
    let mut lab = shop();
    lab.see(50, &object("v1", "ServiceAccount", "default"));

    lab.see(100, &with("serviceAccountName", json!("robot")));

    let line = "ServiceAccountNotFound warning Deployment/web - Deployment/web";
    assert_eq!(lab.line("missing-reference"), line);
    let cause =
        "service-account-missing Deployment/web spec.template.spec.serviceAccountName null -> \"robot\"";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn priority_class_that_is_missing_is_reported() {
    let mut lab = shop();
    let mut class = object("scheduling.k8s.io/v1", "PriorityClass", "low");
    class["metadata"]["namespace"] = Value::Null;
    lab.see(50, &class);

    lab.see(100, &with("priorityClassName", json!("highest")));

    let line = "PriorityClassNotFound warning Deployment/web - Deployment/web";
    assert_eq!(lab.line("missing-reference"), line);
}

#[test]
fn pull_secret_counts_only_where_images_cannot_be_pulled() {
    let mut lab = shop();
    lab.see(50, &object("v1", "Secret", "other"));
    let web = with("imagePullSecrets", json!([{"name": "registry"}]));
    lab.see(100, &web);
    assert_eq!(lab.rules(), NOTHING);
    let revision = replica_set("web-2", &web);
    lab.see(101, &revision);
    let pod = stuck(&unready_pod("web-2-a", &revision, 101), "web", "ImagePullBackOff", "unauthorized");

    lab.see(102, &pod);

    assert_eq!(
        lab.line("missing-reference"),
        "ImagePullSecretNotFound warning Deployment/web - Deployment/web"
    );
}

#[test]
fn missing_references_of_what_is_whole_or_unknown_are_no_fault() {
    let mut lab = shop();
    let whole = stand(&with("serviceAccountName", json!("robot")), 2, 2, 2);
    lab.see(100, &with("priorityClassName", json!("highest")));
    assert_eq!(lab.rules(), NOTHING);
    lab.see(110, &object("v1", "ServiceAccount", "default"));

    lab.see(111, &whole);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn revision_that_stops_tells_what_differs() {
    let mut lab = shop();
    let numbered = |set: &Value, number: &str| {
        let annotations = json!({"deployment.kubernetes.io/revision": number});
        changed(set, "/metadata/annotations", annotations)
    };
    lab.see(90, &numbered(&first_revision("web"), "1"));
    let image = "/spec/template/spec/containers/0/image";
    let mut web = stand(&changed(&deployment("web"), image, json!("lab.test/web:2.0")), 2, 1, 3);
    lab.see(99, &web);
    let set = stand(&replica_set("web-2", &web), 0, 1, 1);
    lab.see(100, &numbered(&set, "2"));
    assert_eq!(lab.rules(), NOTHING);
    let late = condition("Progressing", "False", "ProgressDeadlineExceeded", "timed out progressing");
    web["status"]["conditions"] = json!([late]);
    lab.see(700, &web);

    lab.see(701, &numbered(&set, "2"));

    assert_eq!(
        lab.line("revision-stuck"),
        "ProgressDeadlineExceeded warning ReplicaSet/web-2 - Deployment/web"
    );
    let finding = lab.the("revision-stuck");
    assert_eq!(finding.facts["revision"], 2);
    assert_eq!(finding.facts["differences"][0]["to"], "lab.test/web:2.0");
}

#[test]
fn refusal_says_which_account_is_missing() {
    let mut lab = shop();
    lab.see(50, &object("v1", "ServiceAccount", "default"));
    let web = with("serviceAccountName", json!("robot"));
    lab.see(100, &web);
    let set = replica_set("web-2", &web);
    lab.see(101, &stand(&set, 0, 0, 0));
    let said = "Error creating: pods \"web-2-\" is forbidden: error looking up service account shop/robot: \
                serviceaccount \"robot\" not found";

    lab.hear(102, &event(&set, "FailedCreate", said));

    let cause = lab.root_cause().expect("the account is the cause");
    assert_eq!(cause.field.as_str(), "spec.template.spec.serviceAccountName");
}
