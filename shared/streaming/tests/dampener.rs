//! One odd sample is no anomaly, a long one is told once, and silence, gaps and restarts of the scrape are none.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::{MetricKind, Sample, Score, Timestamp};
use chiron_streaming::{Cleaned, Cleaner, Dampener, Dampening, Ending, Onset, Transition};
use proptest::{collection::vec, prelude::*};
use std::time::Duration;

/// 3 of 5 samples begin it; it lasts 2 minutes, ends after 5 calm ones, and rests for 10.
fn dampening() -> Dampening {
    Dampening {
        onset: Onset::new(3, 5).unwrap(),
        hold: Duration::from_mins(2),
        release: Duration::from_mins(5),
        cooldown: Duration::from_mins(10),
    }
}

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_secs(minute * 60)
}

fn score(value: f64) -> Score {
    Score::clamped(value)
}

/// Feeds one sample a minute, `x` over and `.` calm, from `start` on. What happened, and in which minute.
fn feed(dampener: &mut Dampener, start: i64, pattern: &str) -> Vec<(i64, Transition)> {
    let samples = (start..).zip(pattern.chars());
    samples
        .filter_map(|(now, char)| {
            dampener.learn_one(minute(now), char == 'x', score(0.7)).map(|it| (now, it))
        })
        .collect()
}

/// A dampener that saw ten calm minutes, 0 to 9.
fn calm() -> Dampener {
    let mut dampener = Dampener::new(dampening());
    assert_eq!(feed(&mut dampener, 0, ".........."), []);
    dampener
}

/// One with an anomaly that was told at minute 12.
fn ongoing() -> Dampener {
    let mut dampener = calm();
    assert_eq!(feed(&mut dampener, 10, "xxx"), [(12, Transition::Began { at: minute(10) })]);
    dampener
}

fn ended(at: i64, ending: Ending) -> Transition {
    Transition::Ended { at: minute(at), ending }
}

#[test]
fn two_odd_samples_of_five_are_no_anomaly() {
    assert_eq!(feed(&mut calm(), 10, "x...xx....x...x....xx....x"), []);
}

#[test]
fn three_of_five_begin_at_the_first_of_them() {
    let mut dampener = calm();

    assert_eq!(feed(&mut dampener, 10, "x....x.xx"), [(18, Transition::Began { at: minute(15) })]);
    assert!(dampener.is_ongoing());
}

#[test]
fn a_long_anomaly_is_told_once() {
    assert_eq!(feed(&mut ongoing(), 13, &"x".repeat(500)), []);
}

#[test]
fn it_ends_after_the_release_at_the_first_calm_sample() {
    let mut dampener = ongoing();

    assert_eq!(feed(&mut dampener, 13, "x...x......"), [(23, ended(18, Ending::Calm))]);
    assert!(!dampener.is_ongoing());
}

#[test]
fn it_lasts_as_long_as_it_is_held() {
    let hold = Duration::from_mins(30);
    let mut dampener = Dampener::new(Dampening { hold, ..dampening() });
    feed(&mut dampener, 0, "....xxx");

    assert_eq!(feed(&mut dampener, 7, &".".repeat(60)), [(36, ended(7, Ending::Calm))]);
}

#[test]
fn none_begins_while_it_cools_down_and_one_does_after() {
    let mut dampener = ongoing();
    assert_eq!(feed(&mut dampener, 13, "......"), [(18, ended(13, Ending::Calm))]);

    let found = feed(&mut dampener, 19, "xxxxxxxxxxx");

    assert_eq!(found, [(28, Transition::Began { at: minute(24) })]);
}

#[test]
fn a_worse_one_begins_at_once_though_it_cools_down() {
    let mut dampener = ongoing();
    feed(&mut dampener, 13, "......");
    dampener.learn_one(minute(19), true, score(0.95));
    dampener.learn_one(minute(20), true, score(0.95));

    let found = dampener.learn_one(minute(21), true, score(0.95));

    assert_eq!(found, Some(Transition::Began { at: minute(19) }));
}

#[test]
fn it_worsens_when_what_is_left_to_one_is_halved() {
    let mut dampener = ongoing();
    let mut take = |now, value| dampener.learn_one(minute(now), true, score(value));

    assert_eq!(take(13, 0.8), None);
    assert_eq!(take(14, 0.85), Some(Transition::Worsened));
    assert_eq!(take(15, 0.85), None);
    assert_eq!(take(16, 1.0), Some(Transition::Worsened));
    assert_eq!(take(17, 1.0), None);
}

#[test]
fn silence_ends_it_as_unknown_after_the_release() {
    let mut dampener = ongoing();

    assert_eq!(dampener.advance(minute(16)), None);
    // Within 5 usual steps silence is no silence.
    assert_eq!(dampener.advance(minute(18)), None);
    assert_eq!(dampener.advance(minute(19)), Some(ended(12, Ending::Unknown)));
    assert_eq!(dampener.advance(minute(1_000)), None);
}

#[test]
fn silence_is_no_anomaly() {
    let mut dampener = calm();

    for hour in 1..100 {
        assert_eq!(dampener.advance(minute(hour * 60)), None);
    }
    assert_eq!(feed(&mut dampener, 10_000, "....x...x..."), []);
}

#[test]
fn a_silence_that_nobody_watched_ends_it_with_the_next_sample() {
    let mut dampener = ongoing();

    assert_eq!(feed(&mut dampener, 200, "x"), [(200, ended(12, Ending::Unknown))]);
    assert_eq!(feed(&mut dampener, 201, "xx"), []);
    assert_eq!(feed(&mut dampener, 203, "........xxx"), [(213, Transition::Began { at: minute(211) })]);
}

#[test]
fn a_gap_begins_the_count_anew() {
    let mut dampener = calm();
    assert_eq!(feed(&mut dampener, 10, "xx"), []);

    assert_eq!(feed(&mut dampener, 30, "x.."), []);
    assert_eq!(feed(&mut dampener, 33, "xx"), [(34, Transition::Began { at: minute(30) })]);
}

#[test]
fn a_slow_series_is_not_silent_between_its_samples() {
    let mut dampener = Dampener::new(dampening());
    let found: Vec<Transition> =
        (0..40).filter_map(|hour| dampener.learn_one(minute(hour * 60), hour >= 20, score(0.7))).collect();

    assert_eq!(found, [Transition::Began { at: minute(1_200) }]);
    assert_eq!(dampener.advance(minute(39 * 60 + 200)), None);
}

#[test]
fn a_clock_that_is_set_back_ends_it_and_does_not_silence_the_series() {
    let mut dampener = Dampener::new(dampening());
    feed(&mut dampener, 10_000, "....xxx");

    assert_eq!(feed(&mut dampener, 0, "."), [(0, ended(10_006, Ending::Unknown))]);
    assert_eq!(feed(&mut dampener, 1, "..............xxx"), [(17, Transition::Began { at: minute(15) })]);
}

#[test]
fn a_new_configuration_is_used_from_then_on() {
    let mut dampener = calm();
    feed(&mut dampener, 10, "xx");
    let at_once = Dampening { onset: Onset::AT_ONCE, ..dampening() };

    let mut dampener = dampener.reconfigured(at_once);

    assert_eq!(feed(&mut dampener, 12, "x"), [(12, Transition::Began { at: minute(12) })]);
}

/// A counter that grows by 60 a minute, as an alarm of 3 of 5 rates above 2 a second sees it.
fn watch(samples: impl IntoIterator<Item = (i64, f64)>) -> Vec<Transition> {
    let (mut cleaner, mut dampener) = (Cleaner::default(), Dampener::new(dampening()));
    samples
        .into_iter()
        .filter_map(|(now, value)| {
            match cleaner.take(Sample { at: minute(now), value }, MetricKind::Counter) {
                Cleaned::Value { at, value, restarted, .. } => {
                    dampener.learn_one(at, value > 2.0 && !restarted, score(0.9))
                }
                Cleaned::Waits | Cleaned::Dropped(_) => None,
            }
        })
        .collect()
}

fn counted(minutes: std::ops::Range<i32>, begin: f64) -> impl Iterator<Item = (i64, f64)> {
    minutes.clone().map(move |it| (i64::from(it), begin + f64::from(it - minutes.start) * 60.0))
}

#[test]
fn a_restart_of_the_scrape_or_of_the_program_is_no_anomaly() {
    let scrape = counted(0..100, 0.0).chain(counted(160..300, 9_600.0));
    let both = counted(0..100, 0.0).chain(counted(160..300, 1e9));
    let program = counted(0..100, 0.0).chain(counted(100..200, 5.0)).chain(counted(200..300, 0.0));

    assert_eq!(watch(scrape), []);
    assert_eq!(watch(both), []);
    assert_eq!(watch(program), []);
    assert_eq!(watch(counted(0..100, 0.0).map(|(now, value)| (now, value * 3.0))).len(), 1, "it can see");
}

#[test]
fn a_storm_of_nan_is_a_gap_and_no_anomaly() {
    let storm = (100..5_000).map(|it| (it, f64::NAN));

    assert_eq!(watch(counted(0..100, 0.0).chain(storm).chain(counted(5_000..5_100, 300_000.0))), []);
}

proptest! {
    #[test]
    fn what_begins_ends_before_the_next_begins_whatever_comes(
        steps in vec((0_i64..2_000, any::<bool>(), 0.0_f64..1.0, any::<bool>()), 0..150), back in 0_i64..100
    ) {
        let mut dampener = Dampener::new(dampening());
        let (mut now, mut is_ongoing) = (0, false);
        for (index, (step, is_over, value, is_tick)) in steps.into_iter().enumerate() {
            now += if i64::try_from(index) == Ok(back) { -10_000 } else { step };
            let mut twin: Dampener = serde_json::from_str(&serde_json::to_string(&dampener).unwrap()).unwrap();
            let learn = |it: &mut Dampener| {
                let at = Timestamp::from_secs(now);
                if is_tick { it.advance(at) } else { it.learn_one(at, is_over, score(value)) }
            };
            let found = learn(&mut dampener);
            prop_assert_eq!(found, learn(&mut twin));
            match found {
                Some(Transition::Began { at }) => {
                    prop_assert!(!is_ongoing && at <= Timestamp::from_secs(now));
                    is_ongoing = true;
                }
                Some(Transition::Worsened) => prop_assert!(is_ongoing),
                Some(Transition::Ended { .. }) => {
                    prop_assert!(is_ongoing);
                    is_ongoing = false;
                }
                None => {}
            }
            prop_assert_eq!(dampener.is_ongoing(), is_ongoing);
        }
    }
}
