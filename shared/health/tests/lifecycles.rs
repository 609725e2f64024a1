//! How findings end, and what is noted of them while they go on.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    NAMESPACE, NOTHING, at, changed,
    lab::{Lab, shop},
    pods::{crash_loop, unready_pod},
    workloads::{deployment, first_revision, stand},
};

const IMAGE: &str = "/spec/template/spec/containers/0/image";

fn crashed() -> Value {
    crash_loop(&unready_pod("web-1-c", &first_revision("web"), 100), "web", 1)
}

/// `web` crashes since second 110.
fn sick_shop() -> Lab {
    let mut lab = shop();
    lab.see(110, &crashed());
    lab
}

#[test]
fn finding_says_what_it_is_about() {
    let finding = sick_shop().the("crash-loop");

    assert_eq!(finding.group, format!("{NAMESPACE}/Deployment/web"));
    assert_eq!(finding.first_seen, at(110));
    assert!(finding.is_active());
    assert!(!finding.evidence.is_empty());
    assert_eq!(finding.standing.map(|it| (it.desired, it.ready)), Some((2, 2)));
}

#[test]
fn finding_lasts_until_the_workload_is_whole() {
    let mut lab = sick_shop();
    lab.see(115, &stand(&deployment("web"), 1, 2, 2));

    lab.lose(120, &crashed());
    assert_eq!(lab.rules(), ["crash-loop"]);
    lab.see(130, &stand(&deployment("web"), 2, 2, 2));

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("crash-loop"), Some(Clearance::Healthy));
}

#[test]
fn rollout_that_is_not_finished_ends_nothing() {
    let mut lab = sick_shop();
    lab.see(115, &stand(&deployment("web"), 2, 1, 3));

    lab.lose(120, &crashed());

    assert_eq!(lab.rules(), ["crash-loop"]);
}

#[test]
fn status_older_than_the_intent_ends_nothing() {
    let mut lab = sick_shop();
    lab.see(115, &changed(&deployment("web"), IMAGE, json!("lab.test/web:1.1")));

    lab.lose(120, &crashed());

    assert_eq!(lab.rules(), ["crash-loop"]);
}

#[test]
fn scaling_to_zero_is_no_recovery() {
    let mut lab = sick_shop();
    let web = changed(&deployment("web"), "/spec/replicas", json!(0));
    lab.see(120, &stand(&web, 0, 0, 0));

    lab.lose(121, &crashed());

    assert_eq!(lab.ended("crash-loop"), Some(Clearance::ScaledToZero));
}

#[test]
fn deleting_the_workload_is_no_recovery() {
    let mut lab = sick_shop();
    lab.lose(120, &deployment("web"));

    lab.lose(121, &crashed());

    assert_eq!(lab.ended("crash-loop"), Some(Clearance::Deleted));
}

#[test]
fn change_while_it_lasts_is_a_repair() {
    let mut lab = sick_shop();

    lab.see(150, &changed(&deployment("web"), IMAGE, json!("lab.test/web:0.9")));

    let finding = lab.the("crash-loop");
    let repairs: Vec<&str> = finding.repairs.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(repairs, ["spec.template.spec.containers[web].image"]);
    assert!(finding.suspects.is_empty(), "{:?}", finding.suspects);
}

#[test]
fn trouble_that_comes_back_is_another_finding() {
    let mut lab = sick_shop();
    let first = lab.the("crash-loop").id;
    lab.lose(120, &crashed());
    assert_eq!(lab.ended("crash-loop"), Some(Clearance::Healthy));
    let second = crash_loop(&unready_pod("web-1-d", &first_revision("web"), 190), "web", 1);

    lab.see(200, &second);

    assert_ne!(lab.the("crash-loop").id, first);
}
