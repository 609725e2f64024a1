//! Sequence detectors expect what usually follows, mix no lives, stay small, and go on alike after being saved.

use base64::{Engine, engine::general_purpose::STANDARD};
use chiron_model::Timestamp;
use chiron_streaming::{
    Learner, SILENT, SequenceDetector, SequenceLearner, SequenceStep, Snapshot, SnapshotError, Surprise,
};
use proptest::{collection::vec, prelude::*};

/// A step of a pod, at this second.
fn step<'a>(entity: &'a str, token: &'a str, second: i64) -> SequenceStep<'a> {
    SequenceStep { entity, token, at: Timestamp::from_secs(second) }
}

/// Learns a life, a token a second, and returns what each step scored before.
fn live(detector: &mut SequenceDetector, entity: &str, tokens: &[&str], begin: i64) -> Vec<Surprise> {
    let mut surprises = Vec::new();
    for (second, token) in (begin..).zip(tokens) {
        surprises.push(detector.score_one(step(entity, token, second)));
        detector.learn_one(step(entity, token, second));
    }
    surprises
}

/// A detector that saw so many lives of these tokens.
fn taught(lives: i64, tokens: &[&str]) -> SequenceDetector {
    let mut detector = SequenceDetector::default();
    for life in 0..lives {
        live(&mut detector, &format!("Pod/{life}"), tokens, life * 10);
    }
    detector
}

fn highest(surprises: &[Surprise]) -> f64 {
    surprises.iter().map(|it| it.score).fold(0.0, f64::max)
}

#[test]
fn another_order_of_the_same_tokens_surprises() {
    let mut detector = taught(200, &["A", "B", "C"]);

    let usual = live(&mut detector.clone(), "Pod/x", &["A", "B", "C"], 9000);
    let other = live(&mut detector, "Pod/x", &["A", "C", "B"], 9000);

    assert!(highest(&usual) < 0.2, "{usual:?}");
    assert!(other[1].score > 0.95, "{other:?}");
    assert!(other[1].order > 3.0, "C is usual, but not here: {other:?}");
    assert_eq!(other[1].expected[0].token, "B");
    assert!(other[1].expected[0].probability > 0.9);
}

#[test]
fn a_token_that_never_came_surprises_more_than_one_at_the_wrong_place() {
    let mut detector = taught(200, &["A", "B", "C"]);

    let wrong = live(&mut detector.clone(), "Pod/x", &["A", "C"], 9000);
    let novel = live(&mut detector, "Pod/x", &["A", "OOMKilled"], 9000);

    assert!(novel[1].score > 0.95, "{novel:?}");
    assert!(novel[1].transition > wrong[1].transition, "{novel:?} {wrong:?}");
}

#[test]
fn what_was_learned_of_one_life_is_expected_of_the_next() {
    let detector = taught(200, &["A", "B", "C"]);

    let first = detector.score_one(step("Pod/new", "A", 9000));
    let middle = detector.score_one(step("Pod/new", "C", 9000));

    assert!(first.score < 0.2 && first.expected[0].token == "A", "{first:?}");
    assert!(middle.score > 0.9, "lives do not begin in the middle: {middle:?}");
}

#[test]
fn lives_of_another_class_begin_otherwise() {
    let mut detector = taught(200, &["A", "B", "C"]);
    for job in 0..200 {
        live(&mut detector, &format!("Job/{job}"), &["B", "C"], 5000 + job);
    }

    let (pod, job) = (step("Pod/new", "B", 9000), step("Job/new", "B", 9000));

    assert!(detector.score_one(pod).score > 0.8);
    assert!(detector.score_one(job).score < 0.2);
}

#[test]
fn lives_at_the_same_time_do_not_mix() {
    let mut detector = SequenceDetector::default();
    let mut scores = Vec::new();
    for round in 0..300_i64 {
        let names = [format!("Pod/a{round}"), format!("Pod/b{round}"), format!("Pod/c{round}")];
        for token in ["A", "B", "C", "D"] {
            for name in &names {
                let next = step(name, token, round * 10);
                scores.push(detector.score_one(next));
                detector.learn_one(next);
            }
        }
    }

    assert!(highest(&scores) < 0.5, "each of them does what it always does");
}

#[test]
fn nothing_is_said_before_enough_was_seen() {
    let mut detector = SequenceDetector::default();
    let surprises: Vec<Surprise> = (0..15)
        .flat_map(|life| live(&mut detector, &format!("Pod/{life}"), &["A", "B", "C", "D"], life * 10))
        .collect();

    let novel = detector.score_one(step("Pod/x", "never seen", 9000));

    assert!(highest(&surprises) < 1e-12);
    assert!(novel.score < 1e-12 && novel.transition > 4.0, "{novel:?}");
}

#[test]
fn constant_and_periodic_streams_never_alert() {
    for period in [1_usize, 2, 3, 7, 50] {
        let tokens: Vec<String> = (0..period).map(|number| format!("token-{number}")).collect();
        let mut detector = SequenceDetector::default();
        let mut scores = Vec::new();
        let mut silences = Vec::new();
        for number in 0..3000_usize {
            let next = step("Node/a", &tokens[number % period], i64::try_from(number).unwrap() * 5);
            silences.push(detector.silence_score("Node/a", next.at));
            scores.push(detector.score_one(next));
            detector.learn_one(next);
        }

        assert!(highest(&scores) < 0.9, "period {period}: {}", highest(&scores));
        assert!(silences.iter().all(|it| *it < SILENT), "period {period}");
    }
}

#[test]
fn a_token_that_only_comes_again_is_no_news() {
    let mut once = taught(200, &["A", "B", "C"]);
    let mut twice = taught(200, &["A", "A", "B", "B", "C", "C"]);

    let once = live(&mut once, "Pod/x", &["A", "A", "B", "C"], 9000);
    let twice = live(&mut twice, "Pod/x", &["A", "B", "C"], 9000);

    assert!(highest(&once) < 0.2, "{once:?}");
    assert!(highest(&twice) < 0.2, "{twice:?}");
}

#[test]
fn silence_surprises_only_where_something_usually_follows() {
    let mut detector = taught(200, &["New", "Starting", "Ready"]);
    live(&mut detector, "Pod/stuck", &["New", "Starting"], 9000);
    live(&mut detector, "Pod/fine", &["New", "Starting", "Ready"], 9000);

    let soon = detector.silence_score("Pod/stuck", Timestamp::from_secs(9002));
    let late = detector.silence_score("Pod/stuck", Timestamp::from_secs(9600));
    let ended = detector.silence_score("Pod/fine", Timestamp::from_secs(99_000));

    assert!(soon < 0.5, "{soon}");
    assert!(late > SILENT, "{late}");
    assert!(ended < 0.5, "nothing follows after Ready: {ended}");
    assert!(detector.silence_score("Pod/unknown", Timestamp::MAX) < 1e-12);
}

#[test]
fn a_heartbeat_that_stops_is_overdue() {
    let mut detector = SequenceDetector::default();
    (0..100).for_each(|beat| detector.learn_one(step("Node/a", "Ready", beat * 5)));

    let silence = |after: i64| detector.silence_score("Node/a", Timestamp::from_secs(495 + after));

    assert!(silence(6) < SILENT && silence(60) > SILENT, "{} {}", silence(6), silence(60));
}

#[test]
fn a_million_lives_do_not_grow_the_state() {
    let mut detector = taught(200, &["A", "B", "C"]);
    for number in 0..1_000_000_i64 {
        detector.learn_one(step(&format!("Pod/flood-{number}"), "A", number));
    }

    assert!(detector.snapshot().size() < 64_000, "{}", detector.snapshot().size());
    assert!(detector.score_one(step("Pod/new", "B", 2_000_000)).score > 0.9);
}

#[test]
fn a_flood_of_new_tokens_does_not_grow_the_state() {
    let mut detector = taught(200, &["A", "B", "C"]);
    for number in 0..100_000_i64 {
        let (entity, token) = (format!("Pod/{}", number / 3), format!("token-{number}"));
        detector.learn_one(step(&entity, &token, number));
    }

    assert!(detector.snapshot().size() < 400_000, "{}", detector.snapshot().size());
    assert!(detector.score_one(step("Pod/new", "A", 2_000_000)).score.is_finite());
}

#[test]
fn a_detector_goes_on_alike_after_being_restored() {
    let mut detector = taught(120, &["A", "B", "C", "D"]);
    live(&mut detector, "Pod/x", &["A", "C"], 9000);

    let mut restored = SequenceDetector::restore(&detector.snapshot()).unwrap();

    assert_eq!(restored, detector);
    for (number, token) in (0_i64..).zip(["B", "D", "new", "A", "B"].iter().cycle().take(500)) {
        let next = step("Pod/x", token, 9100 + number);
        assert_eq!(restored.score_one(next), detector.score_one(next));
        restored.learn_one(next);
        detector.learn_one(next);
    }
    assert_eq!(restored.snapshot(), detector.snapshot());
}

#[test]
fn a_snapshot_of_something_else_is_refused() {
    let other = Snapshot::of("half-space-trees", 1, &1_u8);
    let newer = Snapshot::of(SequenceDetector::NAME, SequenceDetector::VERSION + 1, &1_u8);
    let damaged = Snapshot::of(SequenceDetector::NAME, SequenceDetector::VERSION, &vec![7_u8; 40]);

    assert!(matches!(SequenceDetector::restore(&other), Err(SnapshotError::Other { .. })));
    assert!(matches!(SequenceDetector::restore(&newer), Err(SnapshotError::Newer { .. })));
    assert!(SequenceDetector::restore(&damaged).is_err());
}

/// Steps at any time, of few entities and tokens, so that they meet again.
fn steps() -> impl Strategy<Value = Vec<(u8, u8, i64)>> {
    let at = prop_oneof![0_i64..10_000, Just(i64::MIN), Just(i64::MAX), any::<i64>()];
    vec((0_u8..6, 0_u8..9, at), 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scores_are_numbers_in_their_range_whatever_comes(steps in steps()) {
        let mut detector = SequenceDetector::default();
        for (entity, token, at) in steps {
            let (entity, token) = (format!("Pod/{entity}"), format!("{token}"));
            let next = SequenceStep { entity: &entity, token: &token, at: Timestamp::from_nanos(at) };
            let found = detector.score_one(next);

            prop_assert!((0.0..=1.0).contains(&found.score), "{found:?}");
            prop_assert!((0.0..=1.0).contains(&found.silence), "{found:?}");
            prop_assert!(found.transition >= 0.0 && found.transition.is_finite(), "{found:?}");
            prop_assert!(found.order >= 0.0 && found.order <= found.transition, "{found:?}");
            prop_assert!(found.expected.len() <= 3);
            prop_assert!(found.expected.iter().map(|it| it.probability).sum::<f64>() <= 1.0 + 1e-9);
            detector.learn_one(next);
        }
    }

    #[test]
    fn a_restored_detector_is_the_same(steps in steps()) {
        let mut detector = SequenceDetector::default();
        for (entity, token, at) in &steps {
            let (entity, token) = (format!("Pod/{entity}"), format!("{token}"));
            let at = Timestamp::from_nanos(*at);
            detector.learn_one(SequenceStep { entity: &entity, token: &token, at });
        }

        prop_assert_eq!(SequenceDetector::restore(&detector.snapshot()).unwrap(), detector);
    }

    #[test]
    fn a_damaged_state_is_refused_or_harmless(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let text = serde_json::to_string(&taught(30, &["A", "B", "C"]).snapshot()).unwrap();
        let head = format!("{}/{}/", SequenceDetector::NAME, SequenceDetector::VERSION);
        let mut bytes = STANDARD.decode(&text.trim_matches('"')[head.len()..]).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let text = format!("\"{head}{}\"", STANDARD.encode(&bytes));
        let damaged: Snapshot = serde_json::from_str(&text).unwrap();

        if let Ok(mut detector) = SequenceDetector::restore(&damaged) {
            for surprise in live(&mut detector, "Pod/x", &["A", "new", "B", "C", "C"], 9000) {
                prop_assert!((0.0..=1.0).contains(&surprise.score), "{surprise:?}");
            }
            prop_assert!((0.0..=1.0).contains(&detector.silence_score("Pod/1", Timestamp::MAX)));
        }
    }
}
