//! Who repaired an incident, and how that compares with what was planned.

mod support;

use chiron_model::{Agreement, Change, Diagnosis, ObjectRef, Outcome, Plan, RepairedBy};
use serde_json::json;
use support::{Follower, at, change, diagnosis, memory, memory_plan, object, plan, repaired, verdict, web};

/// How an incident ends that was planned and repaired like this.
fn outcome(plan: Option<&Plan>, repairs: &[Change]) -> Outcome {
    let mut follower = Follower::default();
    let incident = web();
    follower.open(&incident);
    follower.diagnose(&diagnosis(&incident, 0));
    match plan {
        Some(plan) => follower.propose(plan),
        None => follower.decline(&incident),
    };
    follower.close(&repaired(&incident, 100, repairs));
    verdict(&follower.tick(160)).outcome.clone()
}

fn agreement(plan: Option<&Plan>, repairs: &[Change]) -> Agreement {
    outcome(plan, repairs).agrees_with_plan
}

fn by(manager: &str, change: Change) -> Change {
    Change { by: Some(manager.to_owned()), ..change }
}

#[test]
fn changes_by_somebody_else_are_external_repairs() {
    let repair = by("kubectl-rollout", memory("64Mi", 90));

    let outcome = outcome(None, std::slice::from_ref(&repair));

    assert_eq!(outcome.repaired_by, RepairedBy::External);
    assert_eq!(outcome.repairs, [repair]);
}

#[test]
fn changes_that_name_nobody_are_external_repairs() {
    let repair = Change { by: None, ..memory("64Mi", 90) };

    assert_eq!(outcome(None, &[repair]).repaired_by, RepairedBy::External);
}

#[test]
fn a_change_of_ours_is_our_repair() {
    let repair = by("chiron", memory("64Mi", 90));

    assert_eq!(outcome(Some(&memory_plan(&web())), &[repair]).repaired_by, RepairedBy::Chiron);
}

#[test]
fn without_a_change_nobody_repaired_it() {
    let outcome = outcome(Some(&memory_plan(&web())), &[]);

    assert_eq!(outcome.repaired_by, RepairedBy::None);
    assert_eq!(outcome.agrees_with_plan, Agreement::NoRepairSeen);
    assert!(outcome.repairs.is_empty());
}

#[test]
fn the_planned_value_agrees_exactly() {
    assert_eq!(agreement(Some(&memory_plan(&web())), &[memory("64Mi", 90)]), Agreement::Exact);
}

#[test]
fn the_planned_amount_in_another_unit_agrees_exactly() {
    assert_eq!(agreement(Some(&memory_plan(&web())), &[memory("65536Ki", 90)]), Agreement::Exact);
}

#[test]
fn another_value_agrees_in_the_field() {
    assert_eq!(agreement(Some(&memory_plan(&web())), &[memory("128Mi", 90)]), Agreement::SameField);
}

#[test]
fn a_change_elsewhere_does_not_agree() {
    let image = "spec.template.spec.containers[web].image";
    let repair = change(object("Deployment", "web"), image, (json!("web:2"), json!("web:1")), 90);

    assert_eq!(agreement(Some(&memory_plan(&web())), &[repair]), Agreement::Different);
}

#[test]
fn a_change_of_a_namesake_does_not_agree() {
    let namesake = ObjectRef { namespace: "batch".to_owned(), ..object("Deployment", "web") };
    let repair = Change { object: namesake, ..memory("64Mi", 90) };

    assert_eq!(agreement(Some(&memory_plan(&web())), &[repair]), Agreement::Different);
}

#[test]
fn the_last_of_several_attempts_counts() {
    let attempts = [memory("32Mi", 60), memory("64Mi", 90)];

    assert_eq!(agreement(Some(&memory_plan(&web())), &attempts), Agreement::Exact);
}

#[test]
fn without_a_plan_the_cause_is_compared() {
    let image = "spec.template.spec.containers[web].image";
    let elsewhere = change(object("Deployment", "web"), image, (json!("web:2"), json!("web:1")), 90);

    assert_eq!(agreement(None, &[memory("128Mi", 90)]), Agreement::SameField);
    assert_eq!(agreement(None, &[elsewhere]), Agreement::Different);
}

#[test]
fn the_verdict_carries_what_was_known_and_decided() {
    let mut follower = Follower::default();
    let incident = web();
    follower.open(&incident);
    follower.diagnose(&diagnosis(&incident, 0));
    follower.propose(&memory_plan(&incident));

    let told = follower.close(&repaired(&incident, 100, &[memory("64Mi", 90)]));

    assert_eq!(verdict(&told).diagnosis, Some(diagnosis(&incident, 0)));
    assert!(verdict(&told).decision.is_some());
    assert_eq!(verdict(&told).incident.closed_at, Some(at(100)));
}

#[test]
fn the_first_diagnosis_of_a_conclusion_is_kept() {
    let mut follower = Follower::default();
    let incident = web();
    follower.open(&incident);
    follower.diagnose(&diagnosis(&incident, 2));
    follower.diagnose(&diagnosis(&incident, 40));

    let told = follower.close(&repaired(&incident, 100, &[]));

    assert_eq!(verdict(&told).diagnosis.as_ref().map(|it| it.at), Some(at(2)));
}

#[test]
fn a_better_conclusion_replaces_the_first() {
    let mut follower = Follower::default();
    let incident = web();
    let unexplained = Diagnosis { root_cause: None, ..diagnosis(&incident, 2) };
    follower.diagnose(&unexplained);
    follower.diagnose(&diagnosis(&incident, 40));

    let told = follower.close(&repaired(&incident, 100, &[]));

    assert_eq!(verdict(&told).diagnosis, Some(diagnosis(&incident, 40)));
}

#[test]
fn a_decision_that_overtakes_its_incident_is_kept() {
    let mut follower = Follower::default();
    let incident = web();
    follower.propose(&plan(&incident, object("Deployment", "web"), "spec.replicas", json!(2)));
    follower.open(&incident);

    let told = follower.close(&repaired(&incident, 100, &[]));

    assert!(verdict(&told).decision.is_some());
}
