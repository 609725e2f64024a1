//! Only what is true, whole and free of credentials is learned from; what is rejected is told why.

mod support;

use chiron_model::{Agreement, Change, LabelContext, LabelType, OutcomeState, Score, TrainingLabel};
use chiron_validate::Validated;
use support::{accepted, at, good, rejected, repair, validated};

/// The good label after one change for the worse.
fn spoiled(spoil: impl FnOnce(&mut TrainingLabel)) -> TrainingLabel {
    let mut label = good();
    spoil(&mut label);
    label
}

fn reasons(spoil: impl FnOnce(&mut TrainingLabel)) -> Vec<String> {
    rejected(&spoiled(spoil))
}

#[test]
fn a_label_that_the_repair_confirms_is_accepted() {
    let quality = accepted(&good());

    assert!((0.7..=1.0).contains(&quality), "{quality}");
}

#[test]
fn an_accepted_label_is_passed_on_unchanged() {
    let Validated::Accepted(it) = validated(&good()) else { panic!("expected it to be accepted") };

    assert_eq!(it.label, good());
}

#[test]
fn rejected_labels_are_passed_on_with_reasons() {
    let empty = spoiled(|it| it.answer.clear());

    let Validated::Rejected(it) = validated(&empty) else { panic!("expected it to be rejected") };

    assert_eq!((it.label, it.reasons), (empty, vec!["answer is empty".to_owned()]));
}

#[test]
fn an_unverified_outcome_is_no_truth() {
    let states = [OutcomeState::Open, OutcomeState::Recovered, OutcomeState::Relapsed, OutcomeState::Unknown];
    for state in states {
        let reasons = reasons(|it| it.provenance.outcome.state = state);

        assert_eq!(reasons, ["the outcome is not verified"], "{state:?}");
    }
}

#[test]
fn a_repair_elsewhere_confirms_no_cause() {
    let reasons = reasons(|it| it.provenance.outcome.agrees_with_plan = Agreement::Different);

    assert_eq!(reasons, ["what repaired it does not confirm the cause"]);
}

#[test]
fn a_recovery_by_itself_confirms_no_cause() {
    let reasons = reasons(|it| it.provenance.outcome.agrees_with_plan = Agreement::NoRepairSeen);

    assert_eq!(reasons, ["no repair was seen that would confirm the cause"]);
}

#[test]
fn another_value_confirms_the_cause_less_well() {
    let other = spoiled(|it| it.provenance.outcome.agrees_with_plan = Agreement::SameField);

    assert!(accepted(&other) < accepted(&good()));
}

#[test]
fn each_missing_part_is_named() {
    let all = reasons(|it| {
        it.question = " ".to_owned();
        it.answer.clear();
        it.family.clear();
        it.context = LabelContext { until: at(2), ..LabelContext::default() };
    });

    let parts = ["question", "answer", "context.symptoms", "context.observations", "family"];
    assert_eq!(all, parts.map(|part| format!("{part} is empty")));
}

#[test]
fn a_label_without_evidence_is_rejected() {
    assert_eq!(reasons(|it| it.provenance.observations.clear()), ["no observation is cited"]);
}

#[test]
fn a_cause_younger_than_the_diagnosis_is_rejected() {
    let reasons = reasons(|it| it.root_cause.changed_at = Some(at(3)));

    assert_eq!(reasons, ["the cause is younger than the diagnosis"]);
}

#[test]
fn a_cause_of_unknown_age_is_accepted() {
    accepted(&spoiled(|it| it.root_cause.changed_at = None));
}

#[test]
fn the_time_of_the_repair_is_never_shown() {
    let leaks: [fn(&mut TrainingLabel, String); 4] = [
        |it, line| it.question = line,
        |it, line| it.context.symptoms.push(line),
        |it, line| it.context.changes.push(line),
        |it, line| it.context.observations.push(line),
    ];
    for leak in leaks {
        let reasons = reasons(|it| leak(it, "10:02:30.000 Deployment/web was changed".to_owned()));

        assert_eq!(reasons, ["the repair of 10:02:30.000 leaks into what is shown"]);
    }
}

#[test]
fn the_answer_may_tell_of_the_repair() {
    accepted(&spoiled(|it| it.answer.push_str(" An operator repaired it at 10:02:30.000.")));
}

#[test]
fn a_change_before_the_diagnosis_is_no_leak() {
    let early = spoiled(|it| {
        it.context.changes.push("10:00:01.000 Deployment/web was changed".to_owned());
        it.provenance.outcome.repairs.push(Change { at: at(1), ..repair() });
    });

    accepted(&early);
}

#[test]
fn a_doubtful_cause_is_rejected() {
    let reasons = reasons(|it| it.root_cause.confidence = Score::clamped(0.6));

    assert_eq!(reasons, ["quality 0.60 is below 0.70"]);
}

#[test]
fn the_least_quality_is_accepted() {
    let quality = accepted(&spoiled(|it| it.root_cause.confidence = Score::clamped(0.7)));

    assert!((quality - 0.7).abs() < 1e-9, "{quality}");
}

#[test]
fn what_looks_like_a_credential_is_rejected() {
    let token = format!("ghp_{}", "aB3dE5fG7hJ9kL1mN2pQ4rS6".repeat(2));

    let reasons = reasons(|it| it.answer.push_str(&token));

    assert_eq!(reasons, ["it holds what looks like a credential"]);
}

#[test]
fn numbered_credentials_are_accepted() {
    accepted(&spoiled(|it| it.answer.push_str(" tcp://shop:<redacted-url-password-1>@db")));
}

#[test]
fn labels_of_all_seven_types_are_accepted() {
    for label_type in LabelType::ALL {
        accepted(&spoiled(|it| it.label_type = label_type));
    }
}
