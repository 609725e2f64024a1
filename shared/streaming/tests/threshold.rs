//! Thresholds are silent while they warm up, follow the scores of their series, and keep to the wanted rate of alerts.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::Timestamp;
use chiron_streaming::{Threshold, ThresholdState};
use proptest::{collection::vec, prelude::*};

const DAY: i64 = 86_400;
const DYNAMIC: Threshold = Threshold::Dynamic { quantile: 0.99 };

/// Numbers in `0..1`, the same each time.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// A score with a tail as calibrated scores have: what is left to 1 is spread evenly.
fn score(random: &mut impl FnMut() -> f64) -> f64 {
    1.0 - random()
}

/// Alerts in each of the `days`, of scores every `step` seconds.
fn alerts(state: &mut ThresholdState, step: i64, days: i64) -> Vec<u32> {
    let mut random = random(0x9e37_79b9_7f4a_7c15);
    let mut counts = vec![0; usize::try_from(days).unwrap()];
    let mut was_over = false;
    for second in (0..days * DAY).step_by(usize::try_from(step).unwrap()) {
        let score = score(&mut random);
        let is_over = state.is_over(score);
        counts[usize::try_from(second / DAY).unwrap()] += u32::from(is_over && !was_over);
        was_over = is_over;
        state.learn_one(score, Timestamp::from_secs(second));
    }
    counts
}

#[test]
fn no_score_is_over_while_warming_up() {
    for rule in [Threshold::Static(0.1), DYNAMIC, Threshold::Adaptive { alerts_per_day: 1_000.0 }] {
        let mut state = ThresholdState::new(rule, 0.1, 50);

        for second in 0..50 {
            assert!(
                state.is_warming_up() && state.value() > 1.0 && !state.is_over(1.0),
                "{rule:?} at {second}"
            );
            state.learn_one(0.5, Timestamp::from_secs(second));
        }

        assert!(!state.is_warming_up() && state.is_over(1.0), "{rule:?}: {}", state.value());
    }
}

#[test]
fn a_static_threshold_is_what_it_is_set_to() {
    let mut state = ThresholdState::new(Threshold::Static(0.7), 0.9, 0);

    state.learn_one(1.0, Timestamp::from_secs(0));

    assert!((state.value() - 0.7).abs() < f64::EPSILON);
    assert!(state.is_over(0.7) && !state.is_over(0.699));
}

#[test]
fn a_dynamic_threshold_lets_its_share_pass() {
    let mut state = ThresholdState::new(DYNAMIC, 0.0, 100);

    let over: u32 = {
        let mut random = random(7);
        let mut over = 0;
        for second in 0..20_000 {
            let score = score(&mut random);
            over += u32::from(state.is_over(score));
            state.learn_one(score, Timestamp::from_secs(second));
        }
        over
    };

    assert!((100..400).contains(&over), "{over} of 20,000 for a share of 1 %");
    assert!((0.98..0.995).contains(&state.value()), "{}", state.value());
}

#[test]
fn a_dynamic_threshold_is_never_below_its_floor_and_constant_scores_are_never_over() {
    let mut low = ThresholdState::new(DYNAMIC, 0.6, 10);
    let mut high = ThresholdState::new(DYNAMIC, 0.6, 10);
    for second in 0..1_000 {
        low.learn_one(0.05, Timestamp::from_secs(second));
        assert!(!high.is_over(0.95));
        high.learn_one(0.95, Timestamp::from_secs(second));
    }

    assert!((low.value() - 0.6).abs() < f64::EPSILON);
    assert!(high.is_over(0.951) && !high.is_over(0.95));
}

#[test]
fn a_dynamic_threshold_forgets_what_was_long_ago() {
    let mut state = ThresholdState::new(DYNAMIC, 0.0, 10);
    for second in 0..2_000 {
        state.learn_one(0.9, Timestamp::from_secs(second));
    }
    assert!(state.value() > 0.89);

    for second in 2_000..20_000 {
        state.learn_one(0.2, Timestamp::from_secs(second));
    }

    assert!(state.value() < 0.3, "{}", state.value());
}

#[test]
fn an_adaptive_threshold_keeps_to_its_rate_whatever_the_step() {
    for (step, wanted) in [(30, 2.0), (300, 2.0), (60, 0.5), (900, 6.0)] {
        let rule = Threshold::Adaptive { alerts_per_day: wanted };

        let counts = alerts(&mut ThresholdState::new(rule, 0.3, 60), step, 60);

        let settled = counts[10..].iter().sum::<u32>();
        let rate = f64::from(settled) / 50.0;
        assert!((0.7 * wanted..1.4 * wanted).contains(&rate), "{rate} instead of {wanted} a day at {step} s");
    }
}

#[test]
fn an_adaptive_threshold_does_not_sink_in_silence() {
    let rule = Threshold::Adaptive { alerts_per_day: 1.0 };
    let mut state = ThresholdState::new(rule, 0.3, 60);
    alerts(&mut state, 60, 20);
    let before = state.value();

    state.learn_one(0.1, Timestamp::from_secs(120 * DAY));

    assert!((state.value() - before).abs() < 0.01, "{before} became {}", state.value());
}

#[test]
fn an_adaptive_threshold_counts_a_long_spell_once() {
    let rule = Threshold::Adaptive { alerts_per_day: 1.0 };
    let mut state = ThresholdState::new(rule, 0.3, 60);
    alerts(&mut state, 60, 20);

    let over = (0..600).filter(|minute| {
        let at = Timestamp::from_secs(20 * DAY + minute * 60);
        let is_over = state.is_over(0.999_99);
        state.learn_one(0.999_99, at);
        is_over
    });

    assert_eq!(over.count(), 600);
}

#[test]
fn even_scores_of_one_come_no_more_often_than_wanted() {
    let rule = Threshold::Adaptive { alerts_per_day: 2.0 };
    let mut state = ThresholdState::new(rule, 0.3, 60);
    let (mut told, mut was_over) = (0_u32, false);
    for minute in 0..60 * 1_440 {
        let score = if minute % 10 == 0 { 1.0 } else { 0.1 };
        let is_over = state.is_over(score);
        told += u32::from(is_over && !was_over && minute > 20 * 1_440);
        was_over = is_over;
        state.learn_one(score, Timestamp::from_secs(minute * 60));
    }

    assert!((40..=160).contains(&told), "{told} in 40 days");
}

#[test]
fn a_threshold_that_is_no_number_is_never_reached() {
    for rule in [Threshold::Static(f64::NAN), Threshold::Dynamic { quantile: f64::NAN }] {
        let mut state = ThresholdState::new(rule, f64::NAN, 0);

        (0..100).for_each(|second| state.learn_one(1.0, Timestamp::from_secs(second)));

        assert!(!state.is_over(1.0), "{rule:?}");
    }
}

#[test]
fn its_state_is_small() {
    for rule in [Threshold::Static(0.5), DYNAMIC, Threshold::Adaptive { alerts_per_day: 1.0 }] {
        let mut state = ThresholdState::new(rule, 0.3, 60);
        alerts(&mut state, 60, 30);

        assert!(postcard::to_stdvec(&state).unwrap().len() <= 420, "{rule:?}");
    }
}

fn rules() -> impl Strategy<Value = Threshold> {
    prop_oneof![
        any::<f64>().prop_map(Threshold::Static),
        any::<f64>().prop_map(|quantile| Threshold::Dynamic { quantile }),
        any::<f64>().prop_map(|alerts_per_day| Threshold::Adaptive { alerts_per_day }),
    ]
}

proptest! {
    #[test]
    fn it_bears_every_score_and_time_and_goes_on_alike_after_being_saved(
        rule in rules(), floor in 0.0_f64..1.0, warm_up in 0_u32..20, steps in vec((any::<f64>(), any::<i64>()), 0..120)
    ) {
        let mut state = ThresholdState::new(rule, floor, warm_up);
        for (score, nanos) in steps {
            let mut twin: ThresholdState = postcard::from_bytes(&postcard::to_stdvec(&state).unwrap()).unwrap();
            state.learn_one(score, Timestamp::from_nanos(nanos));
            twin.learn_one(score, Timestamp::from_nanos(nanos));
            prop_assert!(!state.value().is_nan());
            prop_assert_eq!(state.value().to_bits(), twin.value().to_bits());
            if !matches!(rule, Threshold::Static(_)) {
                prop_assert!(state.value() >= floor);
            }
        }
    }
}
