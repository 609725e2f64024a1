//! What the detectors saw belongs to an incident, and never makes one.

mod support;

use chiron_correlate::{Heard, Told};
use chiron_events::{AnomalyRanked, RankVerdict};
use chiron_model::{Anomaly, Id, Score, SeriesId, Severity};
use support::{Correlator, at, deployment, opened, trouble};

fn anomaly(namespace: &str, started: i64, ended: Option<i64>) -> Anomaly {
    Anomaly {
        id: Id::derive(&["anomaly", namespace, &started.to_string()]),
        series: SeriesId::new(format!("lab/{namespace}/warning-events")),
        cluster: "lab".to_owned(),
        namespace: namespace.to_owned(),
        severity: Severity::Warning,
        started_at: at(started),
        ended_at: ended.map(at),
        value: 40.0,
        expected: 1.0,
        score: Score::clamped(1.0),
        threshold: Score::clamped(0.999),
        metric: None,
        direction: None,
        owner: None,
        unit: String::new(),
        with: Vec::new(),
        window: Vec::new(),
        drivers: Vec::new(),
    }
}

fn ranked(correlator: &mut Correlator, anomaly: Anomaly, verdict: RankVerdict) -> Vec<Told> {
    let at = anomaly.ended_at.unwrap_or(anomaly.started_at);
    let priority = anomaly.score;
    let ranked = AnomalyRanked { anomaly, priority, evidence: 0, families: Vec::new(), verdict };
    correlator.take(at, Heard::Ranked(ranked))
}

fn detect(correlator: &mut Correlator, anomaly: Anomaly) -> Vec<Told> {
    ranked(correlator, anomaly, RankVerdict::Kept)
}

#[test]
fn anomalies_alone_open_no_incident() {
    assert_eq!(detect(&mut Correlator::default(), anomaly("shop", 0, None)), []);
}

#[test]
fn anomalies_shortly_before_belong_to_an_incident() {
    let mut correlator = Correlator::default();
    let near = anomaly("shop", -150, Some(-120));
    for it in [anomaly("shop", -200, Some(-121)), near.clone(), anomaly("batch", -9, None)] {
        detect(&mut correlator, it);
    }

    let told = correlator.raise(&trouble(&deployment("web"), "web-1", 0));

    assert_eq!(opened(&told).anomalies, [near]);
}

#[test]
fn what_people_called_noise_stays_out_of_incidents() {
    let mut correlator = Correlator::default();
    let suppressed = RankVerdict::Suppressed("like 3 that people called expected".to_owned());
    ranked(&mut correlator, anomaly("shop", -30, None), suppressed.clone());
    ranked(&mut correlator, anomaly("shop", -30, Some(-5)), suppressed);

    let told = correlator.raise(&trouble(&deployment("web"), "web-1", 0));

    assert_eq!(opened(&told).anomalies, []);
}
