//! No unsafe plan passes, whoever made it.

mod support;

use chiron_model::{FieldPath, FieldValue, Plan, Verb, marker};
use chiron_remediation::{Policy, Unsafe, validate};
use serde_json::{Value, json};
use support::{diagnosis, memory, object, proposed};

/// A plan for the Deployment `web` that is safe.
fn safe() -> Plan {
    proposed(&diagnosis(&memory()))
}

/// The same with another verb.
fn doing(verb: Verb) -> Plan {
    let mut plan = safe();
    plan.actions[0].verb = verb;
    plan
}

/// The same, writing another field.
fn writing(field: &str, value: Value) -> Plan {
    doing(Verb::RevertFields { fields: vec![FieldValue { field: FieldPath::from(field), value }] })
}

fn check(plan: &Plan) -> Result<(), Unsafe> {
    validate(plan, &diagnosis(&memory()), &Policy::default())
}

fn web() -> String {
    "Deployment/web".to_owned()
}

#[test]
fn a_safe_plan_passes() {
    assert_eq!(check(&safe()), Ok(()));
}

#[test]
fn a_plan_without_actions_is_refused() {
    assert_eq!(check(&Plan { actions: Vec::new(), ..safe() }), Err(Unsafe::Empty));
}

#[test]
fn a_plan_for_too_many_objects_is_refused() {
    let mut plan = safe();
    for name in ["a", "b", "c"] {
        let mut action = plan.actions[0].clone();
        action.object = object("Deployment", name);
        plan.actions.push(action);
    }

    assert_eq!(check(&plan), Err(Unsafe::TooWide { found: 4, limit: 3 }));
}

#[test]
fn an_object_that_is_named_twice_counts_once() {
    let mut plan = safe();
    let mut pod = plan.actions[0].clone();
    pod.object = object("Pod", "web-1");
    plan.actions = vec![plan.actions[0].clone(), pod.clone(), plan.actions[0].clone(), pod];

    assert_eq!(check(&plan), Ok(()));
}

#[test]
fn an_object_outside_the_evidence_is_refused() {
    let mut plan = safe();
    plan.actions[0].object = object("Deployment", "mail");

    assert_eq!(check(&plan), Err(Unsafe::Stranger("Deployment/mail".to_owned())));
}

#[test]
fn a_namesake_in_another_namespace_is_refused() {
    let mut plan = safe();
    "batch".clone_into(&mut plan.actions[0].object.namespace);

    assert_eq!(check(&plan), Err(Unsafe::Stranger(web())));
}

#[test]
fn a_redacted_value_is_refused_wherever_it_stands() {
    let mark = marker("named", "0a1b2c");
    for value in [json!(mark), json!({"data": {"URL": format!("tcp://{mark}@db")}})] {
        assert_eq!(check(&writing("data", value)), Err(Unsafe::Redacted(web())));
    }
}

#[test]
fn the_removal_of_an_object_is_refused() {
    assert_eq!(check(&writing("", Value::Null)), Err(Unsafe::Deletes(web())));
}

#[test]
fn scaling_to_zero_is_refused() {
    assert_eq!(check(&doing(Verb::Scale { replicas: 0 })), Err(Unsafe::ScalesToZero(web())));
    assert_eq!(check(&writing("spec.replicas", json!(0))), Err(Unsafe::ScalesToZero(web())));
}

#[test]
fn scaling_to_zero_inside_a_field_is_refused() {
    assert_eq!(check(&writing("spec", json!({"replicas": 0}))), Err(Unsafe::ScalesToZero(web())));
}

#[test]
fn a_write_without_a_precondition_is_refused() {
    let mut plan = safe();
    plan.actions[0].precondition.uid.clear();

    assert_eq!(check(&plan), Err(Unsafe::Unguarded(web())));
}

#[test]
fn every_other_act_without_a_precondition_is_refused() {
    let verbs = [
        Verb::RolloutUndo { to_revision: None },
        Verb::RolloutRestart {},
        Verb::Scale { replicas: 3 },
        Verb::EvictPod {},
        Verb::Cordon {},
        Verb::Uncordon {},
        Verb::Drain {},
        Verb::AllowTraffic { from: json!({"app": "web"}), port: 8080 },
    ];
    for verb in verbs {
        let mut plan = doing(verb);
        plan.actions[0].precondition.uid.clear();
        plan.actions[0].precondition.fields.clear();

        let name = plan.actions[0].verb.name();
        assert_eq!(check(&plan), Err(Unsafe::Unguarded(web())), "{name}");
    }
}

#[test]
fn a_reason_names_the_object_and_the_limit() {
    let wide = Unsafe::TooWide { found: 4, limit: 3 };

    assert_eq!(wide.to_string(), "the plan writes 4 objects, at most 3 are allowed");
    assert!(Unsafe::Deletes(web()).to_string().contains("Deployment/web"));
}
