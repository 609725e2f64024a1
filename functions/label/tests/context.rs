//! What a label shows ends where the diagnosis began: nothing of the repair, or after it, is in it.

mod support;

use chiron_dataset::{Format, Row};
use chiron_model::{Diagnosis, Finding, LabelContext, TrainingLabel};
use support::{at, change, diagnosis, excerpt, fault, finding, id, labels, repair, suspect, verified};

/// Everything of a label that a model is shown.
fn shown(label: &TrainingLabel) -> String {
    let LabelContext { until: _, symptoms, changes, observations } = &label.context;
    let lines = [symptoms, changes, observations].into_iter().flatten().cloned();
    lines.chain([label.question.clone()]).collect::<Vec<_>>().join("\n")
}

/// What the labels show after that diagnosis.
fn all_shown(diagnosis: Diagnosis) -> String {
    labels(verified(diagnosis)).iter().map(shown).collect::<Vec<_>>().join("\n")
}

#[test]
fn it_shows_what_the_diagnosis_was_made_of() {
    let shown = all_shown(diagnosis(finding()));

    for part in ["10:00:00.000 OOMKilled", "BackOff", "09:59:55.000", "\"64Mi\" -> \"24Mi\"", "kubectl-set"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn it_ends_where_the_diagnosis_began() {
    for label in labels(verified(diagnosis(finding()))) {
        assert_eq!(label.context.until, at(2));
    }
}

#[test]
fn it_shows_nothing_of_the_repair() {
    let shown = all_shown(diagnosis(finding()));

    for part in
        ["128Mi", "kubectl-edit", "10:02:30", "10:02:40", "once more", "well", "verified", "recovered"]
    {
        assert!(!shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn repairs_known_to_the_diagnosis_are_not_shown() {
    let repaired = Finding { repairs: vec![repair()], ..finding() };

    let shown = all_shown(diagnosis(repaired));

    assert!(!shown.contains("128Mi") && !shown.contains("kubectl-edit"), "{shown}");
}

#[test]
fn an_observation_after_the_diagnosis_is_not_shown() {
    let mut later = finding();
    later.excerpts.push(excerpt("Pulled", 3));

    let labels = labels(verified(diagnosis(later)));

    for label in &labels {
        assert!(!shown(label).contains("Pulled"), "{}", shown(label));
        assert!(!label.provenance.observations.contains(&id("Pulled")));
    }
}

#[test]
fn changes_long_after_the_symptom_are_not_shown() {
    let suspects = vec![suspect(fault()), suspect(repair())];

    let shown = all_shown(diagnosis(Finding { suspects, ..finding() }));

    assert!(!shown.contains("128Mi"), "{shown}");
}

#[test]
fn changes_right_after_the_diagnosis_are_not_shown() {
    let second = change("kubectl-scale", ("1Mi", "2Mi"), 1);
    let suspects = vec![suspect(fault()), suspect(second)];
    let early = Diagnosis { at: at(0), ..diagnosis(Finding { suspects, ..finding() }) };

    let shown = all_shown(early);

    assert!(!shown.contains("kubectl-scale"), "{shown}");
}

#[test]
fn a_symptom_after_the_diagnosis_is_not_shown() {
    let mut early = diagnosis(finding());
    let later = Finding { first_seen: at(9), message: "It came later.".to_owned(), ..finding() };
    early.incident.findings.push(later);

    let shown = all_shown(early);

    assert!(!shown.contains("It came later"), "{shown}");
}

#[test]
fn a_conversation_shows_no_more_than_the_label() {
    for label in labels(verified(diagnosis(finding()))) {
        let Row::Chat { messages, .. } = Format::Chat.row(&label) else { panic!("expected a conversation") };

        let [_, asked, answered] = messages.as_slice() else { panic!("expected three messages") };
        assert!(!asked.content.contains("128Mi") && !asked.content.contains("10:02:30"), "{}", asked.content);
        assert_eq!(answered.content, label.answer);
    }
}
