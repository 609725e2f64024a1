//! Custom resources whose controller says that they are broken, and certificates that were not renewed.

mod support;

use serde_json::{Value, json};
use support::{LONG_AGO, NOTHING, changed, lab::Lab, object, owned, stamp};

const DAY: i64 = 86_400;

fn condition(kind: &str, status: &str, reason: &str, message: &str, since: i64) -> Value {
    json!({
        "lastTransitionTime": stamp(since),
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    })
}

/// An object of a kind that nobody knows, with that condition.
fn thing(group: &str, name: &str, condition: Value) -> Value {
    let mut body = object(&format!("{group}/v1"), "Thing", name);
    body["spec"] = json!({"size": 3, "sourceRef": {"kind": "Store", "name": "apps"}});
    body["status"] = json!({});
    body["status"]["conditions"] = Value::Array(vec![condition]);
    body
}

fn ready(since: i64) -> Value {
    condition("Ready", "True", "Done", "all is well", since)
}

fn failed(message: &str, since: i64) -> Value {
    condition("Ready", "False", "BuildFailed", message, since)
}

#[test]
fn what_a_controller_reports_is_told_after_2_minutes() {
    let mut lab = Lab::default();
    lab.see(0, &thing("lab.test", "one", ready(LONG_AGO)));
    let broken = changed(&thing("lab.test", "one", failed("size 9 is too big", 100)), "/spec/size", json!(9));
    lab.see(100, &broken);
    lab.wait(219);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(220);

    assert_eq!(lab.line("custom-resource"), "BuildFailed warning Thing/one - Thing/one");
    assert_eq!(lab.cause(), "controller-reports-failure Thing/one spec.size 3 -> 9");
    lab.see(230, &thing("lab.test", "one", ready(230)));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn source_that_is_missing_is_blamed_by_its_reference() {
    let mut lab = Lab::default();

    lab.see(300, &thing("lab.test", "one", failed("source Store/apps not found", 100)));

    let blamed = &lab.the("custom-resource").facts["blamed"];
    assert_eq!((&blamed["field"], &blamed["value"]), (&json!("spec.sourceRef.name"), &json!("apps")));
}

#[test]
fn failure_without_a_reason_is_degraded() {
    let mut body = thing("lab.test", "one", Value::Null);
    body["status"] = json!({"phase": "Failed"});
    let mut lab = Lab::default();

    lab.see(300, &body);

    assert_eq!(lab.line("custom-resource"), "Degraded warning Thing/one - Thing/one");
}

#[test]
fn what_was_stopped_is_only_noted() {
    let mut body = thing("lab.test", "one", ready(LONG_AGO));
    body["spec"]["suspend"] = json!(true);
    let mut lab = Lab::default();

    lab.see(100, &body);

    assert_eq!(lab.line("custom-resource"), "Suspended info Thing/one - Thing/one");
}

#[test]
fn what_is_well_or_under_way_is_left_alone() {
    let waiting = condition("Ready", "False", "Progressing", "two of three", LONG_AGO);
    for status in [ready(LONG_AGO), waiting, Value::Null, json!(7), json!({"type": ["Ready"]})] {
        let mut lab = Lab::default();

        lab.see(100, &thing("lab.test", "one", status.clone()));
        lab.wait(3600);

        assert_eq!(lab.rules(), NOTHING, "{status}");
    }
}

#[test]
fn kinds_that_have_rules_of_their_own_are_left_alone() {
    for group in
        ["networking.istio.io", "gateway.networking.k8s.io", "storage.k8s.io", "example", "x.config.k8s.io"]
    {
        let mut lab = Lab::default();

        lab.see(300, &thing(group, "one", failed("size 9 is too big", 100)));
        lab.wait(3600);

        assert_eq!(lab.rules(), NOTHING, "{group}");
    }
}

#[test]
fn run_whose_owner_is_well_is_left_behind() {
    let owner = thing("lab.test", "whole", ready(LONG_AGO));
    let run = owned(thing("lab.test", "run-1", failed("exit code 1", 100)), &owner);
    let mut lab = Lab::default();
    lab.see(0, &owner);

    lab.see(300, &run);

    assert_eq!(lab.rules(), NOTHING);
}

/// A certificate that ends then, and was to be renewed then.
fn certificate(end: i64, renewal: i64, issuing: Option<i64>) -> Value {
    let mut body = object("cert-manager.io/v1", "Certificate", "edge");
    body["spec"] = json!({"issuerRef": {"name": "house"}, "secretName": "edge-tls"});
    let mut conditions = vec![ready(LONG_AGO)];
    conditions
        .extend(issuing.map(|since| condition("Issuing", "True", "Renewing", "a successor is made", since)));
    body["status"] = json!({"conditions": conditions, "notAfter": stamp(end), "renewalTime": stamp(renewal)});
    body
}

#[test]
fn certificate_that_is_not_renewed_is_reported_before_its_end() {
    let mut lab = Lab::default();
    lab.see(0, &certificate(2 * DAY, 100, None));
    lab.wait(3699);
    assert_eq!(lab.rules(), NOTHING, "a renewal takes its time");

    lab.wait(3700);

    let line = "CertificateExpiring warning Certificate/edge - Certificate/edge";
    assert_eq!(lab.line("certificate-expiring"), line);
    assert_eq!(lab.the("certificate-expiring").facts["blamed"]["field"], "spec.secretName");
    lab.see(4000, &certificate(90 * DAY, 60 * DAY, None));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn certificate_that_expired_is_critical() {
    let mut lab = Lab::default();
    lab.see(0, &certificate(2 * DAY, 100, None));

    lab.wait(2 * DAY);

    let line = "CertificateExpired critical Certificate/edge - Certificate/edge";
    assert_eq!(lab.line("certificate-expiring"), line);
}

#[test]
fn certificate_that_is_renewed_in_time_is_left_alone() {
    let short = certificate(7200, 3600, None);
    let far = certificate(60 * DAY, 0, None);
    for body in [short, far] {
        let mut lab = Lab::default();

        lab.see(0, &body);
        lab.wait(3600);

        assert_eq!(lab.rules(), NOTHING, "{body}");
    }
}

#[test]
fn certificate_that_is_just_being_issued_has_an_hour() {
    let mut lab = Lab::default();

    lab.see(200, &certificate(100, 50, Some(150)));
    lab.wait(3700);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn failure_of_an_expired_certificate_is_told_once() {
    let mut body = certificate(100, 50, None);
    body["status"]["conditions"] = json!([condition("Ready", "False", "Expired", "it has expired", 100)]);
    let mut lab = Lab::default();

    lab.see(300, &body);

    assert_eq!(lab.rules(), ["certificate-expiring"]);
}
