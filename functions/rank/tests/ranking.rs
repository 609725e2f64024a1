//! What becomes of anomalies after people and outcomes spoke.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use chiron_events::{
    AnomalyDetected, AnomalyEnded, AnomalyRanked, Context, FeedbackGiven, FeedbackVerdict, IncidentVerified,
    RankVerdict,
};
use chiron_function::Fold;
use chiron_model::{
    Anomaly, Direction, Driver, Id, Incident, MetricOwner, MetricType, Outcome, OutcomeState, Score,
    SeriesId, Severity, Timestamp,
};
use chiron_rank::{Heard, Rank, Ranks};

#[derive(Default)]
struct Lab {
    ranks: Ranks,
}

fn anomaly(number: i64, workload: &str) -> Anomaly {
    let series = format!("chiron:cpu_usage:avg{{namespace=\"shop\",workload=\"{workload}\"}}");
    Anomaly {
        id: Id::derive(&[&series, &number.to_string()]),
        series: SeriesId::new(series),
        cluster: "lab".to_owned(),
        namespace: "shop".to_owned(),
        severity: Severity::Warning,
        started_at: Timestamp::from_secs(1_790_000_000 + number * 3600),
        ended_at: None,
        value: 3.0,
        expected: 1.0,
        score: Score::clamped(0.8),
        threshold: Score::clamped(0.622),
        metric: Some(MetricType::Cpu),
        direction: Some(Direction::Above),
        owner: Some(MetricOwner {
            namespace: "shop".to_owned(),
            workload: workload.to_owned(),
            ..MetricOwner::default()
        }),
        unit: "cores".to_owned(),
        with: Vec::new(),
        window: Vec::new(),
        drivers: vec![Driver {
            feature: "jump".to_owned(),
            value: 3.0,
            score: Score::clamped(0.6),
            share: Score::clamped(1.0),
        }],
    }
}

impl Lab {
    fn fold(&mut self, input: Heard) -> Vec<AnomalyRanked> {
        Rank.fold(&Context { cluster: "lab".to_owned(), ..Context::default() }, &mut self.ranks, input)
    }

    fn detect(&mut self, anomaly: &Anomaly) -> AnomalyRanked {
        self.fold(Heard::Detected(AnomalyDetected { anomaly: anomaly.clone() })).pop().unwrap()
    }

    fn end(&mut self, anomaly: &Anomaly) -> AnomalyRanked {
        let anomaly = Anomaly { ended_at: Some(anomaly.started_at), ..anomaly.clone() };
        self.fold(Heard::Ended(AnomalyEnded { anomaly })).pop().unwrap()
    }

    fn judge(&mut self, anomaly: &Anomaly, verdict: FeedbackVerdict) {
        let feedback = FeedbackGiven {
            incident: None,
            anomaly: Some(anomaly.id),
            verdict,
            by: "ann".to_owned(),
            at: anomaly.started_at,
        };
        assert_eq!(self.fold(Heard::Feedback(feedback)), []);
    }

    /// So many anomalies of a workload that somebody judged so.
    fn judged(&mut self, workload: &str, verdicts: &[FeedbackVerdict]) {
        for (number, verdict) in (0..).zip(verdicts) {
            let anomaly = anomaly(number, workload);
            self.detect(&anomaly);
            self.judge(&anomaly, *verdict);
        }
    }
}

#[test]
fn without_evidence_the_score_is_the_priority_and_all_are_told() {
    let ranked = Lab::default().detect(&anomaly(1, "cart"));

    assert_eq!(ranked.priority, Score::clamped(0.8));
    assert_eq!(ranked.verdict, RankVerdict::Kept);
    assert_eq!(ranked.evidence, 0);
}

#[test]
fn what_was_called_expected_three_times_is_kept_quiet_counted_and_explained() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::Expected; 3]);

    let next = anomaly(10, "cart");
    let ranked = lab.detect(&next);

    let RankVerdict::Suppressed(reason) = &ranked.verdict else { panic!("{ranked:?}") };
    assert!(reason.contains("expected") && reason.contains("ann: 3"), "{reason}");
    assert!(ranked.priority < Score::clamped(0.8));
    assert_eq!(lab.end(&next).verdict, ranked.verdict, "its end is as quiet");
    assert_eq!(lab.ranks.view().suppressed, 1);
    assert_eq!(lab.ranks.view().dismissed.len(), 1);
}

#[test]
fn two_judgements_are_not_enough() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::False; 2]);

    assert_eq!(lab.detect(&anomaly(10, "cart")).verdict, RankVerdict::Kept);
}

#[test]
fn what_was_real_once_is_always_told() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::True]);
    lab.judged("cart", &[FeedbackVerdict::True, FeedbackVerdict::False, FeedbackVerdict::False]);
    lab.judged("cart", &[FeedbackVerdict::False; 6]);

    assert_eq!(lab.detect(&anomaly(50, "cart")).verdict, RankVerdict::Kept);
}

#[test]
fn judgements_of_one_workload_are_not_those_of_another() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::Expected; 5]);

    assert_eq!(lab.detect(&anomaly(10, "web")).verdict, RankVerdict::Kept);
}

#[test]
fn what_is_critical_is_always_told() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::False; 8]);

    let critical = Anomaly { severity: Severity::Critical, ..anomaly(20, "cart") };

    assert_eq!(lab.detect(&critical).verdict, RankVerdict::Kept);
}

#[test]
fn an_anomaly_that_gets_critical_is_told_after_all() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::False; 8]);
    let quiet = anomaly(20, "cart");
    assert_ne!(lab.detect(&quiet).verdict, RankVerdict::Kept);

    let worse = lab.detect(&Anomaly { severity: Severity::Critical, ..quiet.clone() });

    assert_eq!(worse.verdict, RankVerdict::Kept);
    assert_eq!(lab.end(&quiet).verdict, RankVerdict::Kept);
}

#[test]
fn an_incident_that_was_not_verified_proves_nothing() {
    let mut lab = Lab::default();
    let anomaly = anomaly(1, "cart");
    lab.detect(&anomaly);
    let incident = Incident {
        id: Id::derive(&["incident"]),
        cluster: "lab".to_owned(),
        namespace: "shop".to_owned(),
        group: String::new(),
        severity: Severity::Warning,
        opened_at: anomaly.started_at,
        closed_at: None,
        relapses: 0,
        findings: Vec::new(),
        anomalies: vec![anomaly.clone()],
    };
    let outcome = Outcome { state: OutcomeState::Recovered, ..Outcome::default() };
    let verified =
        IncidentVerified { incident, diagnosis: None, decision: None, outcome, at: anomaly.started_at };

    assert_eq!(lab.fold(Heard::Verified(Box::new(verified))), []);

    assert_eq!(lab.ranks.view().learned, 0);
}

#[test]
fn what_was_learned_survives_a_restart() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::Expected, FeedbackVerdict::False, FeedbackVerdict::Expected]);

    let text = serde_json::to_string(&lab.ranks).unwrap();
    let mut restored = Lab { ranks: serde_json::from_str(&text).unwrap() };

    assert_eq!(restored.ranks, lab.ranks);
    assert_eq!(restored.detect(&anomaly(9, "cart")), lab.detect(&anomaly(9, "cart")));
}

#[test]
fn a_reset_tells_them_again() {
    let mut lab = Lab::default();
    lab.judged("cart", &[FeedbackVerdict::Expected; 4]);

    assert_eq!(lab.ranks.reset("cart"), 1);

    assert_eq!(lab.detect(&anomaly(30, "cart")).verdict, RankVerdict::Kept);
}
