//! What the detectors saw belongs to an incident, and never makes one.

mod support;

use chiron_correlate::{Heard, Told};
use chiron_events::{AnomalyDetected, AnomalyEnded};
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
    }
}

fn detect(correlator: &mut Correlator, anomaly: Anomaly) -> Vec<Told> {
    match anomaly.ended_at {
        None => correlator.take(anomaly.started_at, Heard::Detected(AnomalyDetected { anomaly })),
        Some(end) => correlator.take(end, Heard::Ended(AnomalyEnded { anomaly })),
    }
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
