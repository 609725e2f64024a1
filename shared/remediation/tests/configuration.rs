//! Configuration that was changed is set back, and pods that still run with the wrong one are started anew.

mod support;

use chiron_model::{Decision, Diagnosis, Mechanism, Precondition, Risk, RootCause, Verb};
use chiron_remediation::{Policy, plan};
use serde_json::json;
use support::{before, changed, diagnosis, object, only, proposed};

/// A value that `web` reads was changed in a ConfigMap.
fn settings() -> RootCause {
    RootCause {
        mechanism: Mechanism::ConfigurationValueChanged,
        ..changed(object("ConfigMap", "settings"), "data.MODE", json!("fast"), json!("fats"))
    }
}

/// The pods of `web` run with the wrong value and are not ready.
fn running() -> Diagnosis {
    let mut diagnosis = diagnosis(&settings());
    "not-ready".clone_into(&mut diagnosis.incident.findings[0].rule);
    diagnosis
}

#[test]
fn pods_with_the_wrong_value_are_started_anew() {
    let plan = proposed(&running());

    let [first, second] = plan.actions.as_slice() else { panic!("expected two actions, got {plan:?}") };
    assert_eq!(first.verb, Verb::RevertFields { fields: vec![before(&settings())] });
    assert_eq!((&second.verb, &second.object), (&Verb::RolloutRestart {}, &object("Deployment", "web")));
}

#[test]
fn a_restart_is_guarded_and_cannot_be_undone() {
    let plan = proposed(&running());

    let restart = &plan.actions[1];
    let held = Precondition { uid: object("Deployment", "web").uid, fields: Vec::new() };
    assert_eq!((&restart.precondition, &restart.rollback), (&held, &None));
    assert_eq!(restart.verification.sustained_seconds, 60);
}

#[test]
fn a_restored_map_is_of_low_risk() {
    let plan = proposed(&running());

    assert_eq!((plan.risk, plan.approval.required), (Risk::Low, false));
}

#[test]
fn pods_that_crash_are_started_anew_by_themselves() {
    let plan = proposed(&diagnosis(&settings()));

    assert_eq!(only(&plan).verb.name(), "RevertFields");
}

#[test]
fn pods_that_read_something_else_are_left_alone() {
    let mut diagnosis = running();
    diagnosis.incident.findings[0].suspects.clear();
    diagnosis.incident.findings.push(support::diagnosis(&settings()).incident.findings.remove(0));

    let plan = proposed(&diagnosis);

    assert_eq!(only(&plan).verb.name(), "RevertFields");
}

#[test]
fn a_restored_workload_needs_no_restart() {
    let mut diagnosis = diagnosis(&support::memory());
    "not-ready".clone_into(&mut diagnosis.incident.findings[0].rule);

    let plan = proposed(&diagnosis);

    assert_eq!(only(&plan).verb.name(), "RevertFields");
}

#[test]
fn two_objects_need_a_limit_of_two() {
    let with = |max_objects| plan(&running(), &Policy { max_objects, ..Policy::default() });

    assert!(matches!(with(2), Decision::Proposed(_)));
    assert!(matches!(with(1), Decision::Declined { declined } if declined.contains("at most 1")));
}
