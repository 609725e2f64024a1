//! How a plan compares with what was done, where both write more or less than one plain value.

mod support;

use chiron_model::{Agreement, Change, Decision, FieldPath, Mechanism, RootCause};
use chiron_remediation::agreement;
use serde_json::{Value, json};
use support::{cases::case, change, changed, diagnosis, gone, memory, object, proposed, template};

/// How the plan for that cause compares with a change of its object.
fn compare(cause: &RootCause, field: &str, to: Value) -> Agreement {
    let decision = Decision::Proposed(proposed(&diagnosis(cause)));
    let repair = Change { field: FieldPath::from(field), from: cause.to.clone(), to, ..change(cause) };
    agreement(Some(&decision), Some(cause), &[repair])
}

fn mode() -> RootCause {
    changed(object("ConfigMap", "settings"), "data.MODE", json!("fast"), json!("fats"))
}

#[test]
fn an_object_restored_in_full_agrees_exactly() {
    let again =
        json!({"kind": "ConfigMap", "metadata": {"labels": {"by": "hand"}}, "data": {"MODE": "fast"}});

    assert_eq!(compare(&gone("ConfigMap", "settings"), "", again), Agreement::Exact);
}

#[test]
fn an_object_restored_otherwise_agrees_in_the_object() {
    let other = json!({"kind": "ConfigMap", "data": {"MODE": "slow"}});

    assert_eq!(compare(&gone("ConfigMap", "settings"), "", other), Agreement::SameField);
}

#[test]
fn a_wider_change_with_the_value_agrees_exactly() {
    assert_eq!(compare(&mode(), "data", json!({"MODE": "fast", "MORE": "1"})), Agreement::Exact);
    assert_eq!(compare(&mode(), "data", json!({"MODE": "slow"})), Agreement::SameField);
}

#[test]
fn wider_changes_of_lists_are_looked_into() {
    let containers = json!([
        {"name": "proxy", "resources": {"limits": {"memory": "24Mi"}}},
        {"name": "web", "resources": {"limits": {"memory": "64Mi"}}},
    ]);

    assert_eq!(compare(&memory(), "spec.template.spec.containers", containers), Agreement::Exact);
}

#[test]
fn a_field_removed_as_planned_agrees_exactly() {
    let selector = template("spec.nodeSelector.disk", Value::Null, json!("fast"));

    assert_eq!(compare(&selector, "spec.template.spec.nodeSelector.disk", Value::Null), Agreement::Exact);
    assert_eq!(compare(&selector, "spec.template.spec.nodeSelector", Value::Null), Agreement::Exact);
}

#[test]
fn a_longer_name_is_another_field() {
    assert_eq!(compare(&mode(), "data.MODES", json!("fast")), Agreement::Different);
}

#[test]
fn an_uncordon_by_hand_agrees() {
    let (cordon, _) = case(Mechanism::NodeCordoned);

    let found = compare(&cordon, "spec.unschedulable", Value::Null);

    assert!(matches!(found, Agreement::Exact | Agreement::SameField), "{found:?}");
}

#[test]
fn without_repairs_there_is_nothing_to_compare() {
    let decision = Decision::Proposed(proposed(&diagnosis(&memory())));

    assert_eq!(agreement(Some(&decision), Some(&memory()), &[]), Agreement::NoRepairSeen);
    assert_eq!(agreement(None, None, &[]), Agreement::NoRepairSeen);
}

#[test]
fn without_plan_and_cause_a_repair_confirms_nothing() {
    assert_eq!(agreement(None, None, &[change(&memory())]), Agreement::Different);
}
