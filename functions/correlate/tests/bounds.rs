//! However many pods fall, an incident stays small enough to be sent, and is told of seldom enough to be read.

mod support;

use chiron_model::{Excerpt, Finding, Relation, Severity, Suspect};
use serde_json::json;
use support::{Correlator, at, change, cleared, closed, deployment, trouble, updated};

/// Pods of one workload that crash one after the other, each with all that may be known of it.
fn crowd(count: i64) -> Vec<Finding> {
    (0..count).map(rich).collect()
}

fn rich(second: i64) -> Finding {
    let web = deployment("web");
    let mut finding = trouble(&web, &format!("web-{second}"), second);
    let cause = change(&web, "spec.template.spec.containers[web].image", -5);
    finding.suspects.push(Suspect {
        relation: Relation::Itself,
        management: None,
        unseen: false,
        change: cause.clone(),
    });
    finding.repairs.push(cause);
    finding.facts.insert("exitCode".to_owned(), json!(1));
    let more = Excerpt { text: "once more".to_owned(), ..finding.excerpts[0].clone() };
    finding.excerpts.push(more);
    finding.evidence.push(finding.id);
    finding
}

fn crowded(count: i64) -> Correlator {
    let mut correlator = Correlator::default();
    for finding in crowd(count) {
        correlator.raise(&finding);
    }
    correlator
}

/// The same workload gets worse, so that the incident is told of.
fn worse(correlator: &mut Correlator) -> Vec<Finding> {
    let worst = Finding { severity: Severity::Critical, ..trouble(&deployment("web"), "web-last", 5_000) };
    updated(&correlator.raise(&worst)).findings.clone()
}

#[test]
fn the_first_32_findings_are_kept_whole() {
    let findings = worse(&mut crowded(40));

    assert_eq!(findings[..32], crowd(32));
    for finding in &findings[32..] {
        assert!(finding.suspects.is_empty() && finding.repairs.is_empty() && finding.facts.is_empty());
        assert_eq!((finding.excerpts.len(), finding.evidence.len()), (1, 1));
    }
}

#[test]
fn at_most_256_findings_are_listed() {
    let findings = worse(&mut crowded(300));

    assert_eq!(findings.len(), 256);
    assert_eq!(findings[255].id, rich(255).id);
}

#[test]
fn of_many_alike_each_doubling_is_told() {
    let mut correlator = Correlator::default();

    let told: Vec<usize> = (1..)
        .zip(crowd(300))
        .filter(|(_, finding)| !correlator.raise(finding).is_empty())
        .map(|(count, _)| count)
        .collect();

    let expected: Vec<usize> = (1..=32).chain([64, 128, 256]).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_worse_finding_is_told_however_many_came() {
    let mut correlator = crowded(300);

    let told = correlator.raise(&Finding { severity: Severity::Critical, ..rich(300) });

    assert_eq!(updated(&told).severity, Severity::Critical);
}

#[test]
fn corrections_far_down_the_list_are_no_news() {
    let mut correlator = crowded(300);
    let corrected = |second| Finding { updated_at: at(900), message: "Changed.".to_owned(), ..rich(second) };

    assert_eq!(correlator.raise(&corrected(31)).len(), 1);
    assert_eq!(correlator.raise(&corrected(32)), []);
    assert_eq!(correlator.raise(&corrected(299)), []);
}

#[test]
fn findings_that_are_not_listed_keep_it_open() {
    let mut correlator = crowded(257);
    let crowd = crowd(257);

    let early: usize = crowd[..256].iter().map(|it| correlator.clear(&cleared(it, 1_000)).len()).sum();
    let last = correlator.clear(&cleared(&crowd[256], 1_001));

    assert_eq!(early, 0);
    assert_eq!(closed(&last).closed_at, Some(at(1_001)));
}

#[test]
fn an_unlisted_finding_is_counted_once() {
    let mut correlator = crowded(257);
    let before = correlator.clone();

    correlator.raise(&rich(256));

    assert_eq!(correlator, before);
}

#[test]
fn an_unlisted_pod_costs_only_an_id() {
    let size = |count| serde_json::to_vec(&crowded(count).open).unwrap().len();

    let growth = size(2_000) - size(1_000);

    assert!(growth < 64 * 1_000, "{growth} bytes for a thousand pods");
}
