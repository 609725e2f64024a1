//! Which incidents make labels, and which labels they make.

mod support;

use chiron_events::{Context, FeedbackGiven, FeedbackVerdict};
use chiron_function::Fold;
use chiron_health::RULES_VERSION;
use chiron_label::{Judged, Label, Memory};
use chiron_model::{Diagnosis, LabelType, Mechanism, OutcomeState, RootCause, TrainingLabel};
use chiron_redact::REDACTION_VERSION;
use std::collections::BTreeSet;
use support::{at, diagnosis, finding, id, judge, labels, outcome, verified};

fn types(labels: &[TrainingLabel]) -> Vec<LabelType> {
    labels.iter().map(|it| it.label_type).collect()
}

fn verdict(memory: &mut Memory) -> Vec<TrainingLabel> {
    judge(memory, Judged::Verified(Box::new(verified(diagnosis(finding())))))
}

fn feedback(verdict: FeedbackVerdict) -> Judged {
    let incident = diagnosis(finding()).incident.id;
    Judged::Feedback(FeedbackGiven {
        incident: Some(incident),
        anomaly: None,
        verdict,
        by: "ann".to_owned(),
        at: at(100),
    })
}

#[test]
fn a_verified_incident_makes_three_labels() {
    let labels = labels(verified(diagnosis(finding())));

    assert_eq!(
        types(&labels),
        [LabelType::Troubleshooting, LabelType::BasicQa, LabelType::ResourceManagement]
    );
}

#[test]
fn each_mechanism_teaches_the_type_it_belongs_to() {
    for mechanism in Mechanism::ALL {
        let mut diagnosis = diagnosis(finding());
        diagnosis.root_cause = diagnosis.root_cause.map(|it| RootCause { mechanism, ..it });

        let labels = labels(verified(diagnosis));

        assert_eq!(types(&labels)[2], mechanism.label_type(), "{mechanism}");
        assert!(labels.iter().all(|it| it.family == format!("{mechanism}:Deployment/web")), "{mechanism}");
    }
}

#[test]
fn an_incident_that_is_not_verified_makes_none() {
    let states = [OutcomeState::Open, OutcomeState::Recovered, OutcomeState::Relapsed, OutcomeState::Unknown];
    for state in states {
        let mut incident = verified(diagnosis(finding()));
        incident.outcome.state = state;

        assert_eq!(labels(incident), [], "{state:?}");
    }
}

#[test]
fn without_a_diagnosis_there_is_nothing_to_learn() {
    let mut incident = verified(diagnosis(finding()));
    incident.diagnosis = None;

    assert_eq!(labels(incident), []);
}

#[test]
fn without_a_cause_there_is_nothing_to_learn() {
    let unexplained = Diagnosis { root_cause: None, ..diagnosis(finding()) };

    assert_eq!(labels(verified(unexplained)), []);
}

#[test]
fn a_disputed_incident_makes_none() {
    for said in [FeedbackVerdict::False, FeedbackVerdict::Expected] {
        let mut memory = Memory::default();
        judge(&mut memory, feedback(said));

        assert_eq!(verdict(&mut memory), [], "{said:?}");
    }
}

#[test]
fn a_confirmed_incident_makes_labels() {
    let mut memory = Memory::default();
    judge(&mut memory, feedback(FeedbackVerdict::False));
    judge(&mut memory, feedback(FeedbackVerdict::True));

    assert_eq!(verdict(&mut memory).len(), 3);
}

#[test]
fn an_incident_is_labelled_once() {
    let mut memory = Memory::default();

    assert_eq!(verdict(&mut memory).len(), 3);
    assert_eq!(verdict(&mut memory), []);
}

#[test]
fn the_same_incident_makes_the_same_labels() {
    let first = labels(verified(diagnosis(finding())));
    let again = labels(verified(diagnosis(finding())));

    assert_eq!(first, again);
    assert_eq!(first.iter().map(|it| it.id).collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn feedback_meets_the_verdict_in_one_state() {
    let key = |judged: &Judged| Label.key(&Context::default(), judged);
    let verdict = Judged::Verified(Box::new(verified(diagnosis(finding()))));

    assert_eq!(key(&verdict), key(&feedback(FeedbackVerdict::True)));
}

#[test]
fn a_label_says_where_it_comes_from() {
    for label in labels(verified(diagnosis(finding()))) {
        let from = &label.provenance;
        assert_eq!(
            (from.rules_version.as_str(), from.redaction_version.as_str()),
            (RULES_VERSION, REDACTION_VERSION)
        );
        assert_eq!((from.cluster.as_str(), from.synthetic), ("lab", false));
        assert_eq!(from.outcome, outcome());
    }
}

#[test]
fn a_label_cites_what_it_shows() {
    let shown: BTreeSet<_> = [id("OOMKilled"), id("BackOff"), id("kubectl-set")].into();

    for label in labels(verified(diagnosis(finding()))) {
        assert_eq!(label.provenance.observations.into_iter().collect::<BTreeSet<_>>(), shown);
    }
}

#[test]
fn the_answer_names_cause_repair_and_outcome() {
    let label = labels(verified(diagnosis(finding()))).remove(0);

    for part in
        ["resources.limits.memory of Deployment/web", "64Mi", "24Mi", "RevertFields", "stayed so for 60 s"]
    {
        assert!(label.answer.contains(part), "{part}: {}", label.answer);
    }
    assert_eq!(label.resolution.map(|it| it.actions.len()), Some(1));
}
