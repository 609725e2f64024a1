//! The sequence detector with learned weights keeps the promises of the one without.
#![cfg(feature = "neural")]

use chiron_model::Timestamp;
use chiron_streaming::{
    Epoch, GruSequence, Learner, SILENT, SequenceLearner, SequenceStep, Snapshot, SnapshotError, Surprise,
};
use proptest::{collection::vec, prelude::*};

const SEED: u64 = 7;

/// Steps of so many lives, a token a second.
fn lives(count: i64, tokens: &[&'static str]) -> Vec<(String, &'static str, i64)> {
    let life = |life: i64| {
        (0_i64..)
            .zip(tokens.to_vec())
            .map(move |(number, token)| (format!("Pod/{life}"), token, life * 10 + number))
    };
    (0..count).flat_map(life).collect()
}

fn step<'a>(entity: &'a str, token: &'a str, second: i64) -> SequenceStep<'a> {
    SequenceStep { entity, token, at: Timestamp::from_secs(second) }
}

fn as_steps<'a>(lives: &'a [(String, &'static str, i64)]) -> Vec<SequenceStep<'a>> {
    lives.iter().map(|(entity, token, second)| step(entity, token, *second)).collect()
}

/// A detector that was trained on lives of these tokens, and what it told of its progress.
fn trained(seed: u64, tokens: &[&'static str]) -> (GruSequence, Vec<Epoch>) {
    let lives = lives(120, tokens);
    let mut detector = GruSequence::new(seed);
    let mut epochs = Vec::new();
    detector.train(&as_steps(&lives), 8, |epoch| epochs.push(epoch));
    (detector, epochs)
}

/// Learns a life, and returns what each step scored before.
fn live(detector: &mut GruSequence, entity: &str, tokens: &[&str]) -> Vec<Surprise> {
    let mut surprises = Vec::new();
    for (second, token) in (9000..).zip(tokens) {
        surprises.push(detector.score_one(step(entity, token, second)));
        detector.learn_one(step(entity, token, second));
    }
    surprises
}

fn highest(surprises: &[Surprise]) -> f64 {
    surprises.iter().map(|it| it.score).fold(0.0, f64::max)
}

#[test]
fn another_order_of_the_same_tokens_surprises() {
    let (mut detector, _) = trained(SEED, &["A", "B", "C"]);

    let usual = live(&mut detector, "Pod/x", &["A", "B", "C"]);
    let other = live(&mut detector, "Pod/y", &["A", "C", "B"]);

    assert!(highest(&usual) < 0.5, "{usual:?}");
    assert!(other[1].score > 0.9, "{other:?}");
    assert!(other[1].order > 2.0, "{other:?}");
    assert_eq!(other[1].expected[0].token, "B");
}

#[test]
fn a_token_that_never_came_surprises() {
    let (mut detector, _) = trained(SEED, &["A", "B", "C"]);

    let novel = live(&mut detector, "Pod/x", &["A", "OOMKilled"]);

    assert!(novel[1].score > 0.9, "{novel:?}");
}

#[test]
fn steps_are_learned_one_by_one_without_training() {
    let lives = lives(120, &["A", "B", "C"]);
    let mut detector = GruSequence::new(SEED);
    for step in as_steps(&lives) {
        detector.learn_one(step);
    }

    let other = live(&mut detector, "Pod/x", &["A", "C"]);

    assert!(other[1].score > 0.9, "{other:?}");
}

#[test]
fn training_tells_how_surprise_falls() {
    let (_, epochs) = trained(SEED, &["A", "B", "C"]);

    assert_eq!(epochs.len(), 8);
    assert_eq!((epochs[0].number, epochs[7].number, epochs[7].of), (1, 8, 8));
    assert!(epochs[7].bits < epochs[0].bits / 4.0, "{epochs:?}");
}

#[test]
fn the_same_seed_and_steps_give_the_same_weights() {
    let states = [SEED, SEED, SEED + 1].map(|seed| {
        let (mut detector, _) = trained(seed, &["A", "B", "C"]);
        live(&mut detector, "Pod/x", &["A", "C", "B", "A"]);
        detector.snapshot()
    });

    assert!(states[0] == states[1]);
    assert!(states[0] != states[2]);
}

#[test]
fn a_detector_goes_on_alike_after_being_restored() {
    let (mut detector, _) = trained(SEED, &["A", "B", "C"]);
    live(&mut detector, "Pod/x", &["A", "C"]);
    let mut restored = GruSequence::restore(&detector.snapshot()).unwrap();

    for tokens in [&["B", "D", "A", "A"][..], &["new", "C"]] {
        assert_eq!(live(&mut restored, "Pod/x", tokens), live(&mut detector, "Pod/x", tokens));
    }
    assert!(restored.snapshot() == detector.snapshot());
}

#[test]
fn silence_surprises_only_where_something_usually_follows() {
    let (mut detector, _) = trained(SEED, &["New", "Starting", "Ready"]);
    live(&mut detector, "Pod/stuck", &["New", "Starting"]);
    live(&mut detector, "Pod/fine", &["New", "Starting", "Ready"]);

    let silence = |entity| detector.silence_score(entity, Timestamp::from_secs(9600));

    assert!(silence("Pod/stuck") > SILENT, "{}", silence("Pod/stuck"));
    assert!(silence("Pod/fine") < 0.5, "{}", silence("Pod/fine"));
}

#[test]
fn constant_and_periodic_streams_never_alert() {
    for tokens in [&["Ready"][..], &["Ready", "NotReady"]] {
        let mut detector = GruSequence::new(SEED);
        let beats = (0_i64..).zip(tokens.iter().cycle()).take(600);
        for (second, token) in beats {
            let next = step("Node/a", token, second * 5);
            assert!(detector.score_one(next).score < 0.9, "{token} at {second}");
            detector.learn_one(next);
        }
    }
}

#[test]
fn a_flood_of_lives_and_tokens_does_not_grow_the_state() {
    let mut detector = GruSequence::new(SEED);
    let flood: Vec<(String, String)> =
        (0..6000).map(|number| (format!("Pod/{}", number / 2), format!("token-{number}"))).collect();
    let steps: Vec<SequenceStep<'_>> = flood.iter().map(|(entity, token)| step(entity, token, 1)).collect();
    detector.train(&steps, 1, |_| {});

    assert!(detector.snapshot().size() < 500_000, "{}", detector.snapshot().size());
    assert!(live(&mut detector, "Pod/x", &["A", "B"]).iter().all(|it| it.score.is_finite()));
}

#[test]
fn a_snapshot_of_something_else_is_refused() {
    let newer = Snapshot::of(GruSequence::NAME, GruSequence::VERSION + 1, &1_u8);
    let damaged = Snapshot::of(GruSequence::NAME, GruSequence::VERSION, &vec![7_u8; 40]);
    let other = Snapshot::of("sequence-detector", 1, &1_u8);

    assert!(matches!(GruSequence::restore(&newer), Err(SnapshotError::Newer { .. })));
    assert!(matches!(GruSequence::restore(&other), Err(SnapshotError::Other { .. })));
    assert!(GruSequence::restore(&damaged).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn scores_are_numbers_in_their_range_whatever_comes(
        steps in vec((0_u8..4, 0_u8..9, prop_oneof![0_i64..10_000, any::<i64>()]), 0..60)
    ) {
        let mut detector = GruSequence::new(SEED);
        for (entity, token, at) in steps {
            let (entity, token) = (format!("Pod/{entity}"), format!("{token}"));
            let next = SequenceStep { entity: &entity, token: &token, at: Timestamp::from_nanos(at) };
            let found = detector.score_one(next);

            prop_assert!((0.0..=1.0).contains(&found.score), "{found:?}");
            prop_assert!((0.0..=1.0).contains(&found.silence), "{found:?}");
            prop_assert!(found.transition >= 0.0 && found.transition.is_finite(), "{found:?}");
            prop_assert!(found.expected.len() <= 3);
            detector.learn_one(next);
        }
    }
}
