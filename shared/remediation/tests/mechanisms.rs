//! What is planned for each mechanism of the catalogue, down to its conditions.

mod support;

use chiron_model::{Decision, FieldPath, Mechanism, Plan, Precondition, Risk, Rollback, RootCause, Verb};
use chiron_remediation::{Policy, plan};
use serde_json::json;
use support::{
    after, at, before,
    cases::{Expected, case},
    declined, diagnosis, finding, memory, object, only, proposed, refusal,
};

/// The mechanisms of which that is expected, with their causes.
fn expecting(expected: Expected) -> impl Iterator<Item = RootCause> {
    Mechanism::ALL.into_iter().map(case).filter(move |(_, it)| *it == expected).map(|(cause, _)| cause)
}

/// The plans for all mechanisms that have one.
fn plans() -> Vec<(RootCause, Plan)> {
    let mut plans = Vec::new();
    for cause in Mechanism::ALL.map(|it| case(it).0) {
        let mut diagnosis = diagnosis(&cause);
        diagnosis.incident.findings.push(refusal("web", "tight", ["pods=1", "pods=3", "pods=3"], 4));
        if let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) {
            plans.push((cause, plan));
        }
    }
    plans
}

#[test]
fn what_was_changed_gets_its_former_value() {
    for cause in expecting(Expected::SetBack) {
        let plan = proposed(&diagnosis(&cause));

        let action = only(&plan);
        assert_eq!(action.object, cause.object, "{}", cause.mechanism);
        assert_eq!(action.verb, Verb::RevertFields { fields: vec![before(&cause)] }, "{}", cause.mechanism);
    }
}

#[test]
fn only_the_harmful_value_is_set_back() {
    for cause in expecting(Expected::SetBack) {
        let plan = proposed(&diagnosis(&cause));

        let held = Precondition { uid: cause.object.uid.clone(), fields: vec![after(&cause)] };
        assert_eq!(only(&plan).precondition, held, "{}", cause.mechanism);
        assert_eq!(only(&plan).rollback, Some(Rollback { fields: held.fields }), "{}", cause.mechanism);
    }
}

#[test]
fn what_vanished_is_made_again_as_it_was() {
    for cause in expecting(Expected::MadeAgain) {
        let plan = proposed(&diagnosis(&cause));

        let action = only(&plan);
        assert_eq!(action.verb, Verb::RevertFields { fields: vec![before(&cause)] }, "{}", cause.mechanism);
        assert!(action.precondition.uid.is_empty(), "{} must still be gone", cause.object.title());
        assert_eq!(action.rollback, Some(Rollback { fields: vec![after(&cause)] }), "{}", cause.mechanism);
        assert_eq!((plan.risk, plan.approval.required), (Risk::Medium, true), "{}", cause.mechanism);
    }
}

#[test]
fn a_cordoned_node_is_opened_by_a_person() {
    for cause in expecting(Expected::Uncordoned) {
        let plan = proposed(&diagnosis(&cause));

        let action = only(&plan);
        assert_eq!((&action.verb, &action.object), (&Verb::Uncordon {}, &cause.object));
        assert_eq!(action.precondition.fields, [after(&cause)]);
        assert_eq!(action.rollback, Some(Rollback { fields: vec![after(&cause)] }));
        assert_eq!((plan.risk, plan.approval.required), (Risk::High, true));
        assert!(plan.approval.reason.contains("maintenance"), "{}", plan.approval.reason);
    }
}

#[test]
fn a_quota_that_refuses_pods_is_raised() {
    for cause in expecting(Expected::Raised) {
        let mut diagnosis = diagnosis(&cause);
        diagnosis.incident.findings.push(refusal("web", "tight", ["pods=1", "pods=3", "pods=3"], 4));

        let plan = proposed(&diagnosis);

        assert_eq!(only(&plan).verb.name(), "PatchResources");
        assert_eq!(only(&plan).object, cause.object);
    }
}

#[test]
fn what_cannot_be_repaired_is_declined_with_reason() {
    for (cause, expected) in Mechanism::ALL.map(case) {
        let Expected::Declined(why) = expected else { continue };

        let reason = declined(&diagnosis(&cause));

        assert!(reason.contains(why), "{}: {reason}", cause.mechanism);
        assert!(reason.contains(&cause.object.title()), "{}: {reason}", cause.mechanism);
    }
}

#[test]
fn each_plan_names_its_incident_and_its_time() {
    for (cause, plan) in plans() {
        let diagnosis = diagnosis(&cause);

        assert_eq!((plan.incident, plan.at), (diagnosis.incident.id, at(2)), "{}", cause.mechanism);
    }
}

#[test]
fn each_action_says_what_must_hold_afterwards() {
    for (cause, plan) in plans() {
        for action in &plan.actions {
            let expect = &action.verification.expect;
            assert!(expect.contains("Deployment/web"), "{}: {expect}", cause.mechanism);
            assert!(expect.contains("no CrashLoopBackOff"), "{}: {expect}", cause.mechanism);
            assert_eq!(action.verification.sustained_seconds, 60, "{}", cause.mechanism);
        }
    }
}

#[test]
fn the_check_names_each_workload_once() {
    let mut diagnosis = diagnosis(&memory());
    diagnosis.incident.findings = ["web", "db", "web", "db"].map(finding).to_vec();

    let plan = proposed(&diagnosis);

    let expect = &only(&plan).verification.expect;
    assert_eq!(expect.matches("Deployment/web").count(), 1, "{expect}");
}

#[test]
fn the_same_diagnosis_gives_the_same_plan() {
    let other = RootCause { from: "32Mi".into(), ..memory() };

    let plan = proposed(&diagnosis(&memory()));

    assert_eq!(plan, proposed(&diagnosis(&memory())));
    assert_ne!(plan.id, proposed(&diagnosis(&other)).id);
}

#[test]
fn a_plan_acts_on_the_changed_object() {
    let plan = proposed(&diagnosis(&case(Mechanism::ScaledToZero).0));

    assert_eq!(only(&plan).object, object("Deployment", "db"));
}

#[test]
fn what_was_changed_with_it_is_set_back_with_it() {
    let path = "spec.template.spec.containers[web].readinessProbe.httpGet.path";
    let (cause, _) = case(Mechanism::ReadinessProbeWrong);
    let mut diagnosis = diagnosis(&cause);
    let mut beside = diagnosis.incident.findings[0].suspects[0].clone();
    beside.change.field = FieldPath::from(path);
    (beside.change.from, beside.change.to) = (json!("/healthz"), json!("/health"));
    diagnosis.incident.findings[0].suspects.push(beside);

    let plan = proposed(&diagnosis);

    let written: Vec<&str> = only(&plan).verb.writes().iter().map(|it| it.field.as_str()).collect();
    assert_eq!(written, [cause.field.as_str(), path]);
    assert_eq!(only(&plan).precondition.fields[1].value, json!("/health"));
    assert_eq!(only(&plan).rollback.as_ref().unwrap().fields[1].value, json!("/health"));
}

#[test]
fn a_stuck_pod_of_a_stateful_set_is_evicted() {
    let (image, _) = case(Mechanism::ImageNotPullable);
    let cause = RootCause { object: object("StatefulSet", "web"), ..image };
    let mut diagnosis = diagnosis(&cause);
    diagnosis.incident.findings[0].workload = cause.object.clone();

    let plan = proposed(&diagnosis);

    assert_eq!(plan.actions[1].verb, Verb::EvictPod {});
    assert_eq!(plan.actions[1].object, diagnosis.incident.findings[0].object);
    assert_eq!(plan.actions[1].precondition.uid, plan.actions[1].object.uid);
}
