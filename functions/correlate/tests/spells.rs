//! How an incident begins, goes on, ends and comes back.

mod support;

use chiron_correlate::Open;
use chiron_model::{Finding, Relation, Severity};
use support::{
    Correlator, at, change, cleared, closed, deployment, incident, opened, suspecting, trouble, updated,
};

fn web(pod: &str, second: i64) -> Finding {
    trouble(&deployment("web"), pod, second)
}

#[test]
fn the_same_finding_opens_the_same_incident() {
    let first = opened(&Correlator::default().raise(&web("web-1", 0))).id;
    let again = opened(&Correlator::default().raise(&web("web-1", 0))).id;
    let other = opened(&Correlator::default().raise(&web("web-2", 0))).id;

    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn an_incident_keeps_its_id_to_the_end() {
    let mut correlator = Correlator::default();
    let id = opened(&correlator.raise(&web("web-1", 0))).id;

    let goes_on = updated(&correlator.raise(&web("web-2", 5))).id;
    correlator.clear(&cleared(&web("web-1", 0), 60));
    let ends = closed(&correlator.clear(&cleared(&web("web-2", 5), 70))).id;

    assert_eq!([goes_on, ends], [id, id]);
}

#[test]
fn what_is_only_worth_knowing_opens_nothing() {
    let cordoned = Finding { severity: Severity::Info, ..web("web-1", 0) };

    assert_eq!(Correlator::default().raise(&cordoned), []);
}

#[test]
fn it_is_as_bad_as_its_worst_finding() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    correlator.raise(&Finding { severity: Severity::Critical, ..web("web-2", 5) });

    let told = correlator.raise(&web("web-3", 9));

    assert_eq!(updated(&told).severity, Severity::Critical);
}

#[test]
fn it_begins_with_its_first_symptom() {
    let told = Correlator::default().raise(&Finding { updated_at: at(40), ..web("web-1", 0) });

    assert_eq!(opened(&told).opened_at, at(0));
}

#[test]
fn it_closes_with_its_last_finding() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    correlator.raise(&web("web-2", 5));

    let early = correlator.clear(&cleared(&web("web-1", 0), 60));
    let last = correlator.clear(&cleared(&web("web-2", 5), 70));

    assert_eq!(early, []);
    assert_eq!(closed(&last).closed_at, Some(at(70)));
}

#[test]
fn a_late_clearing_moves_no_end_back() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    correlator.raise(&web("web-2", 5));

    correlator.clear(&cleared(&web("web-1", 0), 120));
    let late = correlator.clear(&cleared(&web("web-2", 5), 90));

    assert_eq!(closed(&late).closed_at, Some(at(120)));
}

#[test]
fn a_second_clearing_closes_nothing_again() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    correlator.clear(&cleared(&web("web-1", 0), 60));

    assert_eq!(correlator.clear(&cleared(&web("web-1", 0), 60)), []);
}

#[test]
fn the_end_of_an_unknown_finding_tells_nothing() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));

    assert_eq!(correlator.clear(&cleared(&web("web-9", 0), 60)), []);
}

// Brokers keep no order: the end of a finding may come before its beginning.
#[test]
fn an_end_that_comes_first_leaves_nothing_open() {
    let mut correlator = Correlator::default();
    correlator.clear(&cleared(&web("web-1", 0), 60));

    let told = correlator.raise(&web("web-1", 0));

    let is_open = told.last().is_some_and(|last| incident(std::slice::from_ref(last)).closed_at.is_none());
    assert!(!is_open, "nothing will ever close {told:?}");
}

#[test]
fn a_finding_told_twice_is_counted_once() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    let before = correlator.clone();

    correlator.raise(&web("web-1", 0));

    assert_eq!(correlator, before);
}

#[test]
fn a_finding_told_twice_is_no_news() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));

    assert_eq!(correlator.raise(&web("web-1", 0)), []);
}

#[test]
fn a_corrected_finding_is_news() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    let worse = Finding { severity: Severity::Critical, updated_at: at(30), ..web("web-1", 0) };

    let told = correlator.raise(&worse);

    assert_eq!(updated(&told).findings, [worse]);
    assert_eq!(updated(&told).severity, Severity::Critical);
}

#[test]
fn a_late_telling_does_not_undo_the_end() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    correlator.clear(&cleared(&web("web-1", 0), 60));
    let before = correlator.clone();

    let told = correlator.raise(&web("web-1", 0));

    assert_eq!(told, []);
    assert_eq!(correlator, before);
}

#[test]
fn trouble_within_a_minute_is_a_relapse() {
    let mut correlator = Correlator::default();
    let id = opened(&correlator.raise(&web("web-1", 0))).id;
    correlator.clear(&cleared(&web("web-1", 0), 100));

    let told = correlator.raise(&web("web-2", 160));

    let back = updated(&told);
    assert_eq!((back.id, back.relapses, back.closed_at), (id, 1, None));
}

#[test]
fn another_symptom_after_another_change_is_no_relapse() {
    let mut correlator = Correlator::default();
    let id = opened(&correlator.raise(&web("web-1", 0))).id;
    correlator.clear(&cleared(&web("web-1", 0), 100));
    let image = change(&deployment("web"), "spec.template.spec.containers[web].image", 110);
    let other = |rule: &str| {
        let finding = suspecting(web("web-2", 112), Relation::Itself, &image);
        Finding { rule: rule.to_owned(), ..finding }
    };

    let again = correlator.clone().raise(&other(&web("web-1", 0).rule));
    let told = correlator.raise(&other("image-pull"));

    assert_eq!(updated(&again).id, id, "the same symptom is back");
    assert_ne!(opened(&told).id, id);
}

#[test]
fn trouble_after_a_minute_is_a_new_incident() {
    let mut correlator = Correlator::default();
    let id = opened(&correlator.raise(&web("web-1", 0))).id;
    correlator.clear(&cleared(&web("web-1", 0), 100));

    let told = correlator.raise(&web("web-2", 161));

    assert_ne!(opened(&told).id, id);
    assert_eq!(opened(&told).relapses, 0);
}

#[test]
fn a_relapse_ends_once_more() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    correlator.clear(&cleared(&web("web-1", 0), 100));
    correlator.raise(&web("web-2", 130));

    let told = correlator.clear(&cleared(&web("web-2", 130), 200));

    assert_eq!((closed(&told).closed_at, closed(&told).relapses), (Some(at(200)), 1));
}

#[test]
fn it_goes_on_after_being_saved() {
    let mut correlator = Correlator::default();
    correlator.raise(&web("web-1", 0));
    let saved = serde_json::to_vec(&correlator.open).unwrap();
    let mut restored = Correlator { open: serde_json::from_slice::<Open>(&saved).unwrap() };

    assert_eq!(restored.raise(&web("web-2", 5)), correlator.raise(&web("web-2", 5)));
    assert_eq!(restored, correlator);
}
