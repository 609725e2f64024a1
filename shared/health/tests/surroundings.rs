//! What was changed around a workload is named as the cause: limits, accounts, Services and what it calls.

mod support;

use chiron_model::Mechanism;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NAMESPACE,
    around::{OVER_QUOTA, blind_autoscaler, limit_range, quota, seeing_autoscaler, service, service_of},
    changed,
    lab::{Lab, shop},
    object,
    pods::{crash_loop, ready_pod, unready_pod},
    stamp,
    workloads::{deployment, first_revision, refused, replica_set, stand},
};

/// `web` is to have six replicas and gets two.
fn refuse(lab: &mut Lab, second: i64, said: &str) {
    let web = changed(&deployment("web"), "/spec/replicas", json!(6));
    lab.see(second, &web);
    lab.see(second + 1, &refused(&replica_set("web-1", &web), said, 2));
}

/// An object that is made at that second.
fn made(body: &Value, second: i64) -> Value {
    changed(body, "/metadata/creationTimestamp", json!(stamp(second)))
}

/// A pod of `web` crashes at second 110, without a change of its own.
fn crash(lab: &mut Lab) {
    lab.see(110, &crash_loop(&unready_pod("web-1-c", &first_revision("web"), 105), "web", 1));
}

#[test]
fn created_quota_is_named() {
    let mut lab = shop();
    lab.see(100, &made(&quota("tight", json!({"pods": "3"})), 100));

    refuse(&mut lab, 101, OVER_QUOTA);

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::QuotaExhausted);
    assert_eq!(cause.object.title(), "ResourceQuota/tight");
    assert!(cause.field.is_root(), "{}", cause.field);
    assert_eq!(cause.from, Value::Null);
    assert_eq!(cause.to["spec"]["hard"]["pods"], "3");
}

#[test]
fn lowered_quota_is_named() {
    let mut lab = shop();
    lab.see(0, &quota("tight", json!({"requests.memory": "1Gi"})));
    lab.see(100, &quota("tight", json!({"requests.memory": "48Mi"})));

    let said = "pods \"web-1-x\" is forbidden: exceeded quota: tight, requested: requests.memory=24Mi, \
                used: requests.memory=48Mi, limited: requests.memory=48Mi";
    refuse(&mut lab, 101, said);

    assert_eq!(
        lab.cause(),
        "quota-exhausted ResourceQuota/tight spec.hard['requests.memory'] \"1Gi\" -> \"48Mi\""
    );
}

#[test]
fn created_limit_range_is_named() {
    let mut lab = shop();
    lab.see(100, &made(&limit_range("small", "16Mi"), 100));

    let said = "pods \"web-1-x\" is forbidden: maximum memory usage per Container is 16Mi, but limit is 64Mi";
    refuse(&mut lab, 101, said);

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::LimitRangeViolated);
    assert_eq!(cause.object.title(), "LimitRange/small");
}

#[test]
fn missing_service_account_is_named() {
    let mut web = deployment("web");
    // The API server fills in the old name of the field too.
    web["spec"]["template"]["spec"]["serviceAccount"] = json!("robot");
    web["spec"]["template"]["spec"]["serviceAccountName"] = json!("robot");
    let mut lab = shop();
    let revision = lab.roll_out(100, &web);

    let said = format!(
        "pods \"web-2-\" is forbidden: error looking up service account {NAMESPACE}/robot: \
                        serviceaccount \"robot\" not found"
    );
    lab.see(102, &refused(&revision, &said, 0));

    assert_eq!(
        lab.cause(),
        "service-account-missing Deployment/web spec.template.spec.serviceAccountName null -> \"robot\""
    );
}

#[test]
fn deleted_service_account_is_named() {
    let mut web = deployment("web");
    web["spec"]["template"]["spec"]["serviceAccountName"] = json!("robot");
    let robot = object("v1", "ServiceAccount", "robot");
    let mut lab = Lab::default();
    lab.see(0, &robot);
    lab.see(0, &stand(&web, 1, 1, 1));
    lab.lose(100, &robot);

    let said =
        "pods \"web-1-\" is forbidden: error looking up service account: serviceaccount \"robot\" not found";
    lab.see(102, &refused(&replica_set("web-1", &web), said, 1));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::ServiceAccountMissing);
    assert_eq!(cause.object.title(), "ServiceAccount/robot");
    assert_eq!(cause.to, Value::Null);
}

#[test]
fn changed_selector_is_named() {
    let mut lab = shop();

    lab.see(100, &service_of("web", json!({"app": "shop"})));

    assert_eq!(lab.cause(), "service-selector-mismatch Service/web spec.selector.app \"web\" -> \"shop\"");
}

#[test]
fn changed_labels_of_the_pods_are_named() {
    let mut lab = shop();
    lab.see(1, &service_of("front", json!({"tier": "web-tier"})));
    let pointer = "/spec/template/metadata/labels/tier";
    let revision = lab.roll_out(100, &changed(&deployment("web"), pointer, json!("edge")));
    lab.see(104, &ready_pod("web-2-a", &revision, 102));

    for name in ["web-1-a", "web-1-b"] {
        lab.lose(106, &ready_pod(name, &first_revision("web"), LONG_AGO));
    }

    assert_eq!(
        lab.cause(),
        "workload-labels-changed Deployment/web spec.template.metadata.labels.tier \"web-tier\" -> \"edge\""
    );
}

#[test]
fn changed_target_port_is_named() {
    let mut aimed = service("web");
    aimed["spec"]["ports"][0]["targetPort"] = json!(9090);
    let mut lab = shop();

    lab.see(100, &aimed);

    assert_eq!(lab.cause(), "service-port-mismatch Service/web spec.ports[http].targetPort 8080 -> 9090");
}

#[test]
fn database_scaled_to_zero_is_named() {
    let mut lab = shop();
    lab.see(100, &changed(&deployment("db"), "/spec/replicas", json!(0)));
    for name in ["db-1-a", "db-1-b"] {
        lab.lose(101, &ready_pod(name, &first_revision("db"), LONG_AGO));
    }

    crash(&mut lab);

    assert_eq!(lab.cause(), "scaled-to-zero Deployment/db spec.replicas 2 -> 0");
}

#[test]
fn deleted_service_of_the_database_is_named() {
    let mut lab = shop();
    lab.lose(100, &service("db"));

    crash(&mut lab);

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::ServiceDeleted);
    assert_eq!(cause.object.title(), "Service/db");
}

#[test]
fn request_that_an_autoscaler_misses_is_named() {
    let mut lab = shop();
    lab.see(0, &seeing_autoscaler());
    let pointer = "/spec/template/spec/containers/0/resources/requests/cpu";
    lab.roll_out(100, &changed(&deployment("web"), pointer, Value::Null));

    lab.see(111, &blind_autoscaler(110));
    lab.wait(200);

    assert_eq!(
        lab.cause(),
        "autoscaler-cannot-compute Deployment/web \
         spec.template.spec.containers[web].resources.requests.cpu \"10m\" -> null"
    );
}
