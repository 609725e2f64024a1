//! Policies that cut pods off, and policies that are as they should be.
#![expect(clippy::needless_pass_by_value, reason = "json! makes values")]

mod support;

use chiron_model::Severity;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING, changed,
    lab::{Lab, shop},
    object,
    pods::ready_pod,
    stamp,
    workloads::first_revision,
};

fn policy(name: &str, made: i64, spec: Value) -> Value {
    let mut body = object("networking.k8s.io/v1", "NetworkPolicy", name);
    body["metadata"]["creationTimestamp"] = json!(stamp(made));
    body["spec"] = spec;
    body
}

/// Only pods with that label may come to the pods of `db`.
fn guarded(app: &str, made: i64) -> Value {
    let rules = json!([{"from": [{"podSelector": {"matchLabels": {"app": app}}}]}]);
    policy(
        "db",
        made,
        json!({"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"], "ingress": rules}),
    )
}

/// Nothing leaves the pods of the namespace but what these rules allow.
fn closed(made: i64, egress: Value) -> Value {
    policy("closed", made, json!({"podSelector": {}, "policyTypes": ["Egress"], "egress": egress}))
}

/// To the pods of the namespace, and to the name service.
fn to_names_and_neighbours() -> Value {
    json!([
        {"to": [{"podSelector": {}}]},
        {
            "to": [{
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }],
            "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
        },
    ])
}

/// A pod that names that host in its own arguments.
fn calling(host: &str) -> Value {
    let mut pod = ready_pod("web-1-a", &first_revision("web"), LONG_AGO);
    pod["spec"]["containers"][0]["args"] = json!([format!("--database={host}")]);
    pod
}

fn after(lab: &mut Lab, second: i64, body: &Value) {
    lab.see(second, body);
    lab.wait(second + 15);
}

#[test]
fn policy_that_shuts_a_caller_out_is_the_cause() {
    let mut lab = shop();
    after(&mut lab, 0, &guarded("web", LONG_AGO));
    assert_eq!(lab.rules(), NOTHING);

    after(&mut lab, 100, &guarded("api", LONG_AGO));

    assert_eq!(
        lab.line("policy-blocks-callers"),
        "CallersBlocked warning NetworkPolicy/db - NetworkPolicy/db"
    );
    assert_eq!(
        lab.cause(),
        "network-policy-blocks NetworkPolicy/db spec.ingress[0].from[0].podSelector.matchLabels.app \
         \"web\" -> \"api\""
    );
}

#[test]
fn new_policy_that_shuts_a_caller_out_is_the_cause() {
    let mut lab = shop();

    after(&mut lab, 100, &guarded("api", 100));

    assert_eq!(lab.the("policy-blocks-callers").facts["blamed"]["field"], "spec.ingress");
    let cause = lab.root_cause().unwrap();
    assert_eq!(
        (cause.object.title().as_str(), cause.mechanism.as_str()),
        ("NetworkPolicy/db", "network-policy-blocks")
    );
    after(&mut lab, 200, &guarded("web", 100));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn policy_that_opens_the_wrong_port_shuts_out_too() {
    let mut lab = shop();
    lab.see(0, &calling("tcp://db:80"));
    let mut ported = guarded("web", LONG_AGO);
    ported["spec"]["ingress"][0]["ports"] = json!([{"protocol": "TCP", "port": 9090}]);

    after(&mut lab, 100, &ported);
    assert_eq!(lab.rules(), ["policy-blocks-callers"]);
    ported["spec"]["ingress"][0]["ports"][0]["port"] = json!(8080);
    after(&mut lab, 200, &ported);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn of_two_policies_the_one_that_was_changed_is_named() {
    let mut lab = shop();
    let all = policy("all", LONG_AGO, json!({"podSelector": {}, "policyTypes": ["Ingress"]}));
    after(&mut lab, 0, &guarded("web", LONG_AGO));
    after(&mut lab, 20, &all);
    assert_eq!(lab.rules(), NOTHING);

    after(&mut lab, 100, &guarded("api", LONG_AGO));
    after(&mut lab, 120, &all);

    assert_eq!(lab.the("policy-blocks-callers").object.title(), "NetworkPolicy/db");
}

#[test]
fn caller_that_nobody_knows_of_is_no_fault() {
    let mut lab = shop();
    let spec = json!({"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"]});

    after(&mut lab, 100, &policy("web", 100, spec));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn egress_without_the_name_service_is_the_cause() {
    let mut lab = shop();
    after(&mut lab, 0, &closed(LONG_AGO, to_names_and_neighbours()));
    assert_eq!(lab.rules(), NOTHING);

    after(&mut lab, 100, &closed(LONG_AGO, json!([{"to": [{"podSelector": {}}]}])));

    assert_eq!(
        lab.line("policy-blocks-names"),
        "NameResolutionBlocked warning NetworkPolicy/closed - NetworkPolicy/closed"
    );
    let cause = lab.root_cause().unwrap();
    assert_eq!(
        (cause.object.title().as_str(), cause.field.as_str()),
        ("NetworkPolicy/closed", "spec.egress")
    );
}

#[test]
fn policy_that_denies_all_egress_is_the_cause() {
    let mut lab = shop();

    after(&mut lab, 100, &closed(100, json!([])));

    assert_eq!(lab.the("policy-blocks-names").facts["blamed"]["field"], "spec.egress");
    assert_eq!(lab.root_cause().unwrap().object.title(), "NetworkPolicy/closed");
}

#[test]
fn name_service_behind_an_address_is_no_fault() {
    let mut lab = shop();
    let mut rules = to_names_and_neighbours();
    rules[1]["to"] = json!([{"ipBlock": {"cidr": "10.96.0.10/32"}}]);

    after(&mut lab, 100, &closed(100, rules));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pods_that_talk_to_nobody_need_no_names() {
    let mut lab = Lab::default();
    let mut lonely = ready_pod("web-1-a", &first_revision("web"), LONG_AGO);
    lonely["spec"]["containers"][0]["envFrom"] = Value::Null;
    lab.see(0, &lonely);

    after(&mut lab, 100, &closed(100, json!([])));

    assert_eq!(lab.the("policy-blocks-names").severity, Severity::Info);
}

#[test]
fn policy_for_no_pod_is_only_noted() {
    let mut lab = shop();
    let spec =
        json!({"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]}});

    after(&mut lab, 100, &policy("spare", LONG_AGO, spec.clone()));
    assert_eq!(
        lab.line("policy-selects-nothing"),
        "SelectsNothing info NetworkPolicy/spare - NetworkPolicy/spare"
    );
    after(&mut lab, 200, &changed(&policy("spare", LONG_AGO, spec), "/spec/podSelector", json!({})));

    assert!(!lab.rules().contains(&"policy-selects-nothing".to_owned()), "an empty selector selects all");
}

#[test]
fn policy_of_a_network_plugin_is_not_judged() {
    let mut lab = shop();
    let mut other = guarded("api", 100);
    other["apiVersion"] = json!("crd.projectcalico.org/v1");

    after(&mut lab, 100, &other);

    assert_eq!(lab.rules(), NOTHING);
}
