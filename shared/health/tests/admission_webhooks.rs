//! Webhooks, aggregated APIs and definitions that the API server gets no answer for.

mod support;

use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING,
    around::service_of,
    changed,
    event::event,
    lab::{Lab, shop},
    object,
    pods::{ready_pod, turned},
    stamp,
    workloads::{deployment, first_revision, stand},
};

fn of_cluster(api_version: &str, kind: &str, name: &str) -> Value {
    changed(&object(api_version, kind, name), "/metadata/namespace", Value::Null)
}

/// A webhook that is asked about pods.
fn hook(name: &str, policy: &str, service: &str) -> Value {
    json!({
        "name": name,
        "failurePolicy": policy,
        "clientConfig": {"service": {"name": service, "namespace": "shop", "path": "/check", "port": 443}},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
    })
}

fn guarded(hooks: Value) -> Value {
    let mut body = of_cluster("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard");
    body["webhooks"] = hooks;
    body
}

fn guard(policy: &str, service: &str) -> Value {
    guarded(json!([hook("guard.lab.test", policy, service)]))
}

/// A shop whose pods are checked by `web`, through a Service that has no slices.
fn checked(policy: &str) -> Lab {
    let mut lab = shop();
    lab.see(0, &service_of("gate", json!({"app": "web"})));
    lab.see(0, &guard(policy, "gate"));
    lab
}

/// Both pods of `web` are not ready since then.
fn fall(lab: &mut Lab, second: i64) {
    for name in ["web-1-a", "web-1-b"] {
        lab.see(second, &turned(&ready_pod(name, &first_revision("web"), LONG_AGO), false, second));
    }
}

fn again(body: &Value) -> Value {
    changed(body, "/metadata/resourceVersion", json!("2"))
}

const GUARD: &str = "ValidatingWebhookConfiguration/guard";

#[test]
fn webhook_that_answers_is_left_alone() {
    let mut lab = checked("Fail");

    lab.wait(3600);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn webhook_without_its_service_is_reported_with_its_field() {
    let mut lab = checked("Fail");

    lab.see(100, &guard("Fail", "door"));
    assert_eq!(lab.rules(), NOTHING, "the Service may be the next that is written");
    lab.wait(130);

    assert_eq!(lab.line("webhook-unavailable"), format!("WebhookUnavailable warning {GUARD} - {GUARD}"));
    let field = "webhooks[guard.lab.test].clientConfig.service.name";
    assert_eq!(lab.cause(), format!("webhook-unavailable {GUARD} {field} \"gate\" -> \"door\""));
}

#[test]
fn service_that_was_deleted_is_the_cause() {
    let mut lab = checked("Fail");
    lab.lose(100, &service_of("gate", json!({"app": "web"})));

    lab.see(101, &again(&guard("Fail", "gate")));
    lab.wait(111);

    let cause = lab.root_cause().expect("the deletion was seen");
    assert_eq!((cause.object.title(), cause.field.as_str()), ("Service/gate".to_owned(), ""));
}

#[test]
fn webhook_whose_pods_are_not_ready_has_2_minutes() {
    let mut lab = checked("Fail");
    fall(&mut lab, 100);
    lab.see(101, &again(&guard("Fail", "gate")));
    lab.wait(219);
    assert!(!lab.rules().contains(&"webhook-unavailable".to_owned()), "{:?}", lab.rules());

    lab.wait(220);

    let finding = lab.the("webhook-unavailable");
    assert_eq!(finding.severity.to_string(), "warning");
    assert!(finding.facts.get("blamed").is_none(), "its pods say why they are not ready");
}

#[test]
fn webhook_that_refuses_what_is_made_is_critical() {
    let mut lab = checked("Fail");
    fall(&mut lab, 100);
    let said = "Error creating: Internal error occurred: failed calling webhook \"guard.lab.test\": failed to call \
                webhook: Post \"https://gate.shop.svc:443/check\": connection refused";
    lab.hear(105, &event(&first_revision("web"), "FailedCreate", said));

    lab.see(110, &again(&guard("Fail", "gate")));
    lab.wait(230);

    assert_eq!(lab.line("webhook-unavailable"), format!("WebhookUnavailable critical {GUARD} - {GUARD}"));
}

#[test]
fn webhook_that_may_be_passed_is_only_noted() {
    let mut lab = checked("Ignore");
    fall(&mut lab, 100);

    lab.see(101, &again(&guard("Ignore", "gate")));
    lab.wait(230);

    assert_eq!(lab.line("webhook-unavailable"), format!("WebhookUnavailable info {GUARD} - {GUARD}"));
}

#[test]
fn webhook_whose_workload_was_scaled_to_zero_blames_the_replicas() {
    let mut lab = checked("Fail");
    let idle = stand(&changed(&deployment("web"), "/spec/replicas", json!(0)), 0, 0, 0);
    lab.see(100, &idle);
    for name in ["web-1-a", "web-1-b"] {
        lab.lose(105, &ready_pod(name, &first_revision("web"), LONG_AGO));
    }

    lab.see(110, &again(&guard("Fail", "gate")));
    lab.wait(240);

    assert_eq!(lab.line("webhook-unavailable"), format!("WebhookUnavailable warning {GUARD} - {GUARD}"));
    let cause = lab.root_cause().expect("the change was seen");
    assert_eq!((cause.object.title(), cause.field.as_str()), ("Deployment/web".to_owned(), "spec.replicas"));
    assert_eq!(lab.the("webhook-unavailable").facts["blamed"]["field"], "spec.replicas");
}

#[test]
fn one_service_behind_several_webhooks_is_told_once() {
    let mut lab = shop();
    let hooks = json!([hook("a.lab.test", "Ignore", "gone"), hook("b.lab.test", "Fail", "gone")]);

    lab.see(100, &guarded(hooks));

    let finding = lab.the("webhook-unavailable");
    assert_eq!(finding.facts["webhook"], "b.lab.test");
}

#[test]
fn webhooks_that_nothing_can_be_said_of_are_left_alone() {
    let mut outside = hook("guard.lab.test", "Fail", "gone");
    outside["clientConfig"] = json!({"url": "https://guard.lab.test/check"});
    let mut unasked = hook("guard.lab.test", "Fail", "gone");
    unasked["rules"] = json!([]);
    let mut foreign = hook("guard.lab.test", "Fail", "gone");
    foreign["clientConfig"]["service"]["namespace"] = json!("elsewhere");
    for entry in [outside, unasked, foreign, json!("no webhook"), json!({"clientConfig": 7})] {
        let mut lab = shop();

        lab.see(100, &guarded(json!([entry])));
        lab.wait(3600);

        assert_eq!(lab.rules(), NOTHING, "{entry}");
    }
    let mut unread = Lab::default();
    unread.see(100, &guard("Fail", "gone"));
    assert_eq!(unread.rules(), NOTHING, "no Service was read");
}

fn api(service: Value, available: &str, since: i64) -> Value {
    let mut body = of_cluster("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io");
    body["spec"] = json!({"group": "metrics.k8s.io", "version": "v1beta1"});
    body["spec"]["service"] = service;
    let reason = if available == "True" { "Passed" } else { "MissingEndpoints" };
    let condition = json!({
        "lastTransitionTime": stamp(since),
        "message": "endpoints for service/gate in \"shop\" have no addresses",
        "reason": reason,
        "status": available,
        "type": "Available",
    });
    body["status"] = json!({"conditions": [condition]});
    body
}

#[test]
fn api_that_no_pod_answers_for_is_reported() {
    let gate = json!({"name": "gate", "namespace": "shop"});
    let mut lab = shop();
    lab.see(0, &service_of("gate", json!({"app": "web"})));
    lab.see(0, &api(gate.clone(), "True", LONG_AGO));
    lab.see(100, &api(gate.clone(), "False", 100));
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(160);

    let title = "APIService/v1beta1.metrics.k8s.io";
    assert_eq!(lab.line("api-service-unavailable"), format!("MissingEndpoints warning {title} - {title}"));
    lab.see(170, &api(gate, "True", 170));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn api_whose_service_was_renamed_blames_its_field() {
    let mut lab = shop();
    lab.see(0, &service_of("gate", json!({"app": "web"})));
    lab.see(0, &api(json!({"name": "gate", "namespace": "shop"}), "True", LONG_AGO));

    lab.see(100, &api(json!({"name": "door", "namespace": "shop"}), "False", 100));
    lab.wait(160);

    let title = "APIService/v1beta1.metrics.k8s.io";
    assert_eq!(lab.cause(), format!("webhook-unavailable {title} spec.service.name \"gate\" -> \"door\""));
}

#[test]
fn api_of_the_api_server_itself_is_left_alone() {
    let mut lab = shop();

    lab.see(100, &api(Value::Null, "False", LONG_AGO));

    assert_eq!(lab.rules(), NOTHING);
}

fn definition(conditions: Value) -> Value {
    let mut body = of_cluster("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.lab.test");
    body["spec"] = json!({"group": "lab.test", "names": {"kind": "Thing", "plural": "things"}});
    body["status"] = json!({});
    body["status"]["conditions"] = conditions;
    body
}

fn verdict(kind: &str, status: &str, reason: &str, since: i64) -> Value {
    json!({
        "lastTransitionTime": stamp(since),
        "message": "\"things\" is already in use",
        "reason": reason,
        "status": status,
        "type": kind,
    })
}

#[test]
fn definition_whose_names_are_taken_is_reported() {
    let mut lab = Lab::default();
    lab.see(
        100,
        &definition(json!([
            verdict("NamesAccepted", "False", "PluralConflict", 100),
            verdict("Established", "False", "NotAccepted", 100),
        ])),
    );
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(160);

    let title = "CustomResourceDefinition/things.lab.test";
    assert_eq!(lab.line("definition-not-served"), format!("NamesNotAccepted warning {title} - {title}"));
    assert_eq!(lab.the("definition-not-served").facts["blamed"]["field"], "spec.names");
}

#[test]
fn definition_that_is_served_or_not_read_yet_is_left_alone() {
    let served = json!([
        verdict("NamesAccepted", "True", "NoConflicts", LONG_AGO),
        verdict("Established", "True", "InitialNamesAccepted", LONG_AGO),
    ]);
    for conditions in [served, json!([]), Value::Null, json!(["no condition"])] {
        let mut lab = Lab::default();

        lab.see(100, &definition(conditions.clone()));
        lab.wait(3600);

        assert_eq!(lab.rules(), NOTHING, "{conditions}");
    }
}
