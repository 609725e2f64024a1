//! Leaks are found, and what only looks like one for a while is not.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::{Sample, Timestamp};
use chiron_streaming::{Learner, Trend, TrendConfig, TrendEstimate};
use proptest::{collection::vec, prelude::*};
use std::f64::consts::TAU;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Noise in -1.0..1.0, more often near 0, the same every time.
fn noise(seed: u32) -> impl FnMut() -> f64 {
    let mut state = seed;
    let mut unit = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1_u32 << 24)
    };
    move || (unit() + unit() + unit()) / 1.5 - 1.0
}

fn seconds(whole: i64) -> f64 {
    f64::from(i32::try_from(whole).unwrap())
}

/// A series in MB that is read every `every` seconds.
fn series(every: i64, lasts: i64, mut value: impl FnMut(f64) -> f64) -> Vec<Sample> {
    let sample = |at| Sample { at: Timestamp::from_secs(at), value: value(seconds(at)) };
    (0..lasts / every).map(|step| step * every).map(sample).collect()
}

fn scores(trend: &mut Trend, samples: &[Sample]) -> Vec<f64> {
    let score = |sample: &Sample| {
        let score = trend.score_one(*sample);
        trend.learn_one(*sample);
        score
    };
    samples.iter().map(score).collect()
}

/// The highest score at any time.
fn highest(samples: &[Sample]) -> f64 {
    scores(&mut Trend::new(TrendConfig::default()), samples).into_iter().fold(0.0, f64::max)
}

/// Seconds until the series is first told as a leak.
fn found_after(samples: &[Sample]) -> Option<i64> {
    let scores = scores(&mut Trend::new(TrendConfig::default()), samples);
    samples.iter().zip(scores).find(|(_, score)| *score >= Trend::THRESHOLD).map(|(it, _)| it.at.secs())
}

fn learned(samples: &[Sample]) -> Trend {
    let mut trend = Trend::new(TrendConfig::default());
    scores(&mut trend, samples);
    trend
}

/// 100 MB, and 60 MB more each hour.
fn leak(lasts: i64) -> Vec<Sample> {
    let mut noise = noise(1);
    let value = |seconds: f64| 100.0 + seconds / 60.0 + 2.0 * noise();
    series(15, lasts, value)
}

fn after(samples: &[Sample], seconds: i64) -> Vec<Sample> {
    let later = |sample: &Sample| Sample { at: Timestamp::from_secs(sample.at.secs() + seconds), ..*sample };
    samples.iter().map(later).collect()
}

#[test]
fn a_leak_is_found_with_its_slope_and_the_time_that_is_left() {
    let trend = learned(&leak(HOUR));

    let found = trend.estimate(Some(500.0)).unwrap();
    let TrendEstimate { slope_per_second, confidence, growth, seconds_to_limit } = found;
    assert!(confidence.value() >= Trend::THRESHOLD);
    assert!(
        (slope_per_second * 60.0 - 1.0).abs() < 0.05 && (growth - 60.0 / 130.0).abs() < 0.05,
        "{found:?}"
    );
    assert!((seconds_to_limit.unwrap() - 340.0 * 60.0).abs() < 1200.0, "{found:?}");
}

#[test]
fn a_slow_leak_is_found_after_a_day_though_it_follows_the_load() {
    let mut noise = noise(3);
    let value = |at: f64| {
        let days = at / seconds(DAY);
        100.0 + 30.0 * days + 5.0 * (TAU * days).sin() + 2.0 * noise()
    };

    let found = found_after(&series(60, 4 * DAY, value));

    assert!(found.is_some_and(|it| (DAY..2 * DAY).contains(&it)), "{found:?}");
}

#[test]
fn a_leak_beneath_garbage_collection_is_found() {
    let mut noise = noise(4);
    let value = |seconds: f64| 100.0 + seconds / 60.0 + 30.0 * (seconds % 300.0) / 300.0 + noise();

    let found = found_after(&series(15, DAY, value));

    assert!(found.is_some_and(|it| it < 3 * HOUR), "{found:?}");
}

#[test]
fn a_cache_that_fills_is_no_leak() {
    for minutes in [5.0, 20.0, 60.0, 120.0] {
        let mut noise = noise(5);
        let value = |seconds: f64| 400.0 - 300.0 * (-seconds / 60.0 / minutes).exp() + noise();

        let score = highest(&series(15, DAY, value));

        assert!(score < Trend::THRESHOLD, "fills in {minutes} minutes: {score}");
    }
}

#[test]
fn garbage_collection_is_no_leak() {
    for (period, floor) in [(45.0, 200.0), (300.0, 200.0), (900.0, 250.0), (1700.0, 200.0), (1500.0, 80.0)] {
        let mut noise = noise(6);
        let value = |seconds: f64| floor + (400.0 - floor) * (seconds % period) / period + 2.0 * noise();

        let score = highest(&series(15, 2 * DAY, value));

        assert!(score < Trend::THRESHOLD, "every {period} s from {floor}: {score}");
    }
}

#[test]
fn one_jump_is_no_leak() {
    for at in [0.2, 0.5, 1.0, 3.0, 10.0, 20.0] {
        let mut noise = noise(7);
        let value = |seconds: f64| if seconds < at * 3600.0 { 100.0 } else { 250.0 } + 2.0 * noise();

        let score = highest(&series(15, DAY, value));

        assert!(score < Trend::THRESHOLD / 2.0, "after {at} hours: {score}");
    }
}

#[test]
fn the_rise_of_a_day_is_no_leak() {
    for swing in [0.1, 0.4, 0.6] {
        for phase in 0_i32..8 {
            let mut noise = noise(8);
            let value = |at: f64| {
                let days = at / seconds(DAY) + f64::from(phase) / 8.0;
                100.0 + 100.0 * swing * (TAU * days).sin() + 2.0 * noise()
            };

            let score = highest(&series(60, 3 * DAY, value));

            assert!(score < Trend::THRESHOLD, "swing {swing}, from {phase}/8: {score}");
        }
    }
}

#[test]
fn noise_around_a_constant_is_no_leak() {
    for (seed, width, memory) in
        [(9, 0.0, 0.0), (10, 1.0, 0.0), (11, 30.0, 0.0), (12, 10.0, 0.9), (13, 3.0, 0.98)]
    {
        let (mut noise, mut drift) = (noise(seed), 0.0);
        let value = |_: f64| {
            drift = memory * drift + width * noise();
            100.0 + drift
        };

        let score = highest(&series(15, 2 * DAY, value));

        assert!(score < Trend::THRESHOLD / 2.0, "width {width}, memory {memory}: {score}");
    }
}

#[test]
fn what_shrinks_is_no_leak() {
    let samples = series(15, 6 * HOUR, |seconds| 900.0 - seconds / 60.0);

    let estimate = learned(&samples).estimate(Some(1000.0)).unwrap();

    assert!(highest(&samples) <= 0.0);
    assert!(estimate.slope_per_second < 0.0 && estimate.seconds_to_limit.is_none(), "{estimate:?}");
}

#[test]
fn a_life_is_judged_when_it_is_long_enough() {
    let trend = learned(&leak(29 * MINUTE));

    assert!(trend.estimate(None).unwrap().confidence.value() <= 0.0);
    assert_eq!(learned(&leak(2 * MINUTE)).estimate(None), None);
    assert!(learned(&leak(35 * MINUTE)).estimate(None).unwrap().confidence.value() >= Trend::THRESHOLD);
}

#[test]
fn a_restart_begins_a_new_life_in_which_the_leak_is_found_again() {
    let mut trend = learned(&leak(3 * HOUR));
    let reborn = 3 * HOUR;
    // Some samples of the new life come before the word of its start.
    let second = after(&leak(HOUR), reborn);
    scores(&mut trend, &second[..4]);
    trend.begin_life(Timestamp::from_secs(reborn));
    trend.begin_life(Timestamp::from_secs(reborn));

    let scores = scores(&mut trend, &second[4..]);

    assert!(scores[100] <= 0.0 && scores[230] >= Trend::THRESHOLD, "{} {}", scores[100], scores[230]);
}

#[test]
fn after_a_collapse_that_was_no_restart_growth_must_exceed_the_old_one() {
    let mut trend = learned(&leak(3 * HOUR));

    let scores = scores(&mut trend, &after(&leak(8 * HOUR), 3 * HOUR));

    let found = scores.iter().rposition(|score| *score < Trend::THRESHOLD).unwrap() / 4;
    assert!((240..420).contains(&found), "after {found} minutes");
}

#[test]
fn a_slip_of_the_scrape_is_no_collapse() {
    let samples = leak(2 * HOUR);
    let mut slipped = samples.clone();
    (slipped[300].value, slipped[301].value) = (0.0, f64::NAN);

    let (whole, slipped) = (learned(&samples), learned(&slipped));

    let slope = |trend: &Trend| trend.estimate(None).unwrap().slope_per_second;
    assert!((slope(&whole) - slope(&slipped)).abs() < 0.01 * slope(&whole));
}

#[test]
fn late_and_repeated_samples_change_nothing() {
    let samples = leak(HOUR);
    let mut trend = learned(&samples);

    scores(&mut trend, &samples[100..]);

    assert_eq!(trend, learned(&samples));
}

#[test]
fn a_clock_that_was_wrong_for_a_sample_does_not_deafen() {
    let samples = leak(3 * HOUR);
    let mut trend = learned(&samples[..100]);
    trend.learn_one(Sample { at: Timestamp::MAX, value: 120.0 });

    let scores = scores(&mut trend, &samples[100..]);

    assert!(scores.last().is_some_and(|score| *score >= Trend::THRESHOLD), "{:?}", scores.last());
}

#[test]
fn a_snapshot_is_small() {
    assert!(learned(&leak(5 * DAY)).snapshot().size() <= 512);
}

/// Times that leap and values that are no measurement.
fn wild() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let at = prop_oneof![0_i64..100_000_000_000_000, any::<i64>()];
    let value = prop_oneof![-1e3_f64..1e3, any::<f64>(), Just(f64::INFINITY), Just(-1e308)];
    vec((at, value), 0..150)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn estimates_are_numbers_whatever_comes(samples in wild(), born in any::<i64>(), limit in any::<f64>()) {
        let mut trend = Trend::new(TrendConfig::default());
        for (number, (at, value)) in samples.into_iter().enumerate() {
            if number == 100 {
                trend.begin_life(Timestamp::from_nanos(born));
            }
            let sample = Sample { at: Timestamp::from_nanos(at), value };
            prop_assert!((0.0..=1.0).contains(&trend.score_one(sample)));
            trend.learn_one(sample);
            if let Some(estimate) = trend.estimate(Some(limit)) {
                prop_assert!(estimate.slope_per_second.is_finite() && estimate.growth.is_finite());
                prop_assert!(estimate.seconds_to_limit.is_none_or(|it| it.is_finite() && it >= 0.0));
            }
        }
    }

    #[test]
    fn goes_on_alike_wherever_it_was_saved(cut in 0_usize..800, wild in wild()) {
        let mut samples = leak(3 * HOUR);
        samples.extend(wild.into_iter().map(|(at, value)| Sample { at: Timestamp::from_nanos(at), value }));
        let (before, after) = samples.split_at(cut.min(samples.len()));
        let mut trend = learned(before);

        let text = serde_json::to_string(&trend.snapshot()).unwrap();
        let mut restored = Trend::restore(&serde_json::from_str(&text).unwrap()).unwrap();

        prop_assert_eq!(scores(&mut restored, after), scores(&mut trend, after));
        prop_assert_eq!(restored.snapshot(), trend.snapshot());
    }
}
