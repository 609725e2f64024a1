//! What may be done without asking: little, and only when it is sure.

mod support;

use chiron_model::{Approval, Decision, ObjectRef, Risk, RootCause, Score};
use chiron_remediation::{Policy, plan};
use serde_json::json;
use support::{changed, diagnosis, memory, object, proposed};

fn sure(confidence: f64) -> RootCause {
    RootCause { confidence: Score::clamped(confidence), ..memory() }
}

/// A change of a workload whose plans are of medium risk.
fn stateful() -> RootCause {
    let field = "spec.template.spec.containers[db].image";
    changed(object("StatefulSet", "db"), field, json!("db:1"), json!("db:2"))
}

fn approval(cause: &RootCause, policy: &Policy) -> Approval {
    match plan(&diagnosis(cause), policy) {
        Decision::Proposed(plan) => plan.approval,
        Decision::Declined { declined } => Approval { required: true, reason: declined },
    }
}

#[test]
fn one_field_of_a_workload_is_low_risk() {
    for kind in ["Deployment", "DaemonSet", "ConfigMap", "Service"] {
        assert_eq!(Policy::default().risk(&object(kind, "web"), false), Risk::Low, "{kind}");
    }
}

#[test]
fn what_reaches_further_is_of_medium_risk() {
    for kind in ["StatefulSet", "ResourceQuota", "LimitRange", "NetworkPolicy", "Secret", "Widget"] {
        assert_eq!(Policy::default().risk(&object(kind, "web"), false), Risk::Medium, "{kind}");
    }
}

#[test]
fn a_whole_object_is_of_medium_risk() {
    assert_eq!(Policy::default().risk(&object("ConfigMap", "settings"), true), Risk::Medium);
}

#[test]
fn the_cluster_itself_is_of_high_risk() {
    assert_eq!(Policy::default().risk(&object("Node", "node-a"), false), Risk::High);
}

#[test]
fn protected_namespaces_are_of_high_risk() {
    for namespace in ["kube-system", "knative-eventing", "chiron"] {
        let dns = ObjectRef { namespace: namespace.to_owned(), ..object("Deployment", "dns") };
        assert_eq!(Policy::default().risk(&dns, false), Risk::High, "{namespace}");
    }
}

#[test]
fn sure_causes_of_low_risk_need_no_person() {
    let plan = proposed(&diagnosis(&sure(0.8)));

    assert_eq!((plan.risk, plan.approval.required), (Risk::Low, false));
    assert!(plan.approval.reason.contains("risk low, confidence 0.80"), "{}", plan.approval.reason);
}

#[test]
fn a_cause_below_the_limit_needs_a_person() {
    assert!(approval(&sure(0.799), &Policy::default()).required);
}

#[test]
fn medium_risk_needs_a_person_however_sure() {
    let approval = approval(&RootCause { confidence: Score::clamped(1.0), ..stateful() }, &Policy::default());

    assert!(approval.required);
    assert!(approval.reason.contains("risk medium on a StatefulSet"), "{}", approval.reason);
}

#[test]
fn a_policy_may_allow_medium_risk() {
    let bold = Policy { automatic_up_to: Some(Risk::Medium), ..Policy::default() };

    assert!(!approval(&stateful(), &bold).required);
}

#[test]
fn a_policy_may_ask_a_person_always() {
    let careful = Policy { automatic_up_to: None, ..Policy::default() };

    assert!(approval(&memory(), &careful).required);
}

#[test]
fn a_policy_sets_the_window_of_the_check() {
    let patient = Policy { sustained_seconds: 600, ..Policy::default() };

    let Decision::Proposed(plan) = plan(&diagnosis(&memory()), &patient) else { panic!("expected a plan") };

    assert_eq!(plan.actions[0].verification.sustained_seconds, 600);
}
