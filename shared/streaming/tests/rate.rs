//! Rates are scored before they are learned, stay numbers whatever comes, and go on alike after being saved.

use chiron_model::Timestamp;
use chiron_streaming::{Burst, EventRate};
use proptest::{collection::vec, prelude::*};

/// Seconds of a bucket.
const BUCKET: i64 = 10;

/// A rate that learned these counts, one bucket each, and the time of the next bucket.
fn learned(counts: &[u64]) -> (EventRate, Timestamp) {
    let mut rate = EventRate::default();
    let mut next = 0;
    for count in counts {
        rate.learn_one(Timestamp::from_secs(next), *count);
        next += BUCKET;
    }
    rate.advance(Timestamp::from_secs(next));
    (rate, Timestamp::from_secs(next))
}

fn after(time: Timestamp) -> Timestamp {
    Timestamp::from_secs(time.secs() + BUCKET)
}

/// Events of which some buckets are empty and others overflow.
fn steps() -> impl Strategy<Value = Vec<(i64, u64)>> {
    let count = prop_oneof![Just(0_u64), 0_u64..50, Just(u64::MAX), Just(u64::MAX / 2)];
    let at = prop_oneof![0_i64..600, Just(i64::MIN / 1_000_000_000), Just(4_000_000_000)];
    vec((at, count), 0..20)
}

#[test]
fn a_bucket_is_scored_before_it_is_learned() {
    let (mut rate, now) = learned(&[1, 0, 2, 1, 0, 1, 0, 1, 2, 1]);
    rate.learn_one(now, 40);
    let (burst, calm) = (rate.score_one(40), rate.score_one(3));

    let found = rate.advance(after(now));

    let [Burst::Began { count: 40, score, .. }] = found.as_slice() else {
        panic!("expected a burst: {found:?}")
    };
    assert_eq!(*score, burst);
    assert!(rate.score_one(3) < calm, "what was learned makes the next bucket less unusual");
}

#[test]
fn an_unfinished_bucket_is_not_learned() {
    let (mut rate, now) = learned(&[1; 10]);
    let before = rate.score_one(3);

    rate.learn_one(now, 1_000);

    assert_eq!(rate.score_one(3), before);
}

#[test]
fn more_events_are_more_unusual() {
    let (rate, _) = learned(&[2; 20]);

    let scores: Vec<f64> = [0, 1, 2, 5, 10, 1_000, u64::MAX].map(|it| rate.score_one(it).value()).to_vec();

    assert!(scores.is_sorted(), "{scores:?}");
    assert!(scores[0] < 0.1 && scores[6] > 0.99, "{scores:?}");
}

#[test]
fn ten_times_a_high_rate_is_a_burst() {
    let (mut rate, now) = learned(&[1_000; 60]);
    rate.learn_one(now, 10_000);

    let found = rate.advance(after(now));

    assert!(matches!(found.as_slice(), [Burst::Began { count: 10_000, .. }]), "{found:?}");
}

#[test]
fn nothing_at_all_is_never_a_burst() {
    let (mut rate, now) = learned(&[0; 100]);

    assert!(rate.advance(after(now)).is_empty());
    assert!(rate.score_one(0).value() < 1e-9);
}

#[test]
fn events_from_the_past_count_now() {
    let (mut rate, now) = learned(&[1; 20]);
    rate.learn_one(now, 0);
    rate.learn_one(Timestamp::from_secs(0), 40);

    let found = rate.advance(after(now));

    assert!(matches!(found.as_slice(), [Burst::Began { at, .. }] if *at == now), "{found:?}");
}

proptest! {
    #[test]
    fn figures_stay_finite_whatever_comes(steps in steps()) {
        let mut rate = EventRate::default();
        for (at, count) in steps {
            for found in rate.learn_one(Timestamp::from_secs(at), count) {
                if let Burst::Began { expected, score, .. } = found {
                    prop_assert!(expected.is_finite() && expected >= 0.0, "expected {expected}");
                    prop_assert!((0.0..=1.0).contains(&score.value()));
                }
            }
            for count in [0, 1, count] {
                prop_assert!((0.0..=1.0).contains(&rate.score_one(count).value()));
            }
        }
    }

    #[test]
    fn asking_for_a_score_teaches_nothing(steps in steps(), asked in any::<u64>()) {
        let (mut asked_often, mut never_asked) = (EventRate::default(), EventRate::default());
        for (at, count) in steps {
            let _ = asked_often.score_one(asked);
            asked_often.learn_one(Timestamp::from_secs(at), count);
            never_asked.learn_one(Timestamp::from_secs(at), count);
        }

        prop_assert_eq!(asked_often, never_asked);
    }

    #[test]
    fn it_goes_on_alike_after_being_saved(counts in vec(0_u64..200, 1..60), more in vec(0_u64..200, 1..20)) {
        let (mut rate, mut now) = learned(&counts);
        let mut restored: EventRate = serde_json::from_slice(&serde_json::to_vec(&rate).unwrap()).unwrap();

        for count in more {
            prop_assert_eq!(restored.learn_one(now, count), rate.learn_one(now, count));
            now = after(now);
        }

        prop_assert_eq!(restored, rate);
    }
}
