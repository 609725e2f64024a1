//! Samples come late, twice, broken, from set clocks and restarted counters; values come out that can be learned.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use chiron_model::{MetricKind, Sample, Timestamp};
use chiron_streaming::{Cleaned, Cleaner, Why};
use proptest::{collection::vec, prelude::*};
use std::{path::Path, time::Duration};

const DAY: i64 = 86_400;
/// What Prometheus writes when a series ends.
const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

fn sample(second: i64, value: f64) -> Sample {
    Sample { at: Timestamp::from_secs(second), value }
}

fn gauge(cleaner: &mut Cleaner, second: i64, value: f64) -> Cleaned {
    cleaner.take(sample(second, value), MetricKind::Gauge)
}

fn counter(cleaner: &mut Cleaner, second: i64, value: f64) -> Cleaned {
    cleaner.take(sample(second, value), MetricKind::Counter)
}

/// A cleaner that saw a gauge of 1 each minute from 0 to `count - 1` minutes.
fn minutes(count: i64) -> Cleaner {
    let mut cleaner = Cleaner::default();
    for minute in 0..count {
        gauge(&mut cleaner, minute * 60, 1.0);
    }
    cleaner
}

/// The same of a counter that grows by 2 a second.
fn counted(count: i64) -> Cleaner {
    let mut cleaner = Cleaner::default();
    (0..count).for_each(|minute| {
        counter(&mut cleaner, minute * 60, f64::from(u32::try_from(minute).unwrap()) * 120.0);
    });
    cleaner
}

fn told(second: i64, value: f64, gap: Option<u64>, restarted: bool) -> Cleaned {
    Cleaned::Value { at: Timestamp::from_secs(second), value, gap: gap.map(Duration::from_secs), restarted }
}

#[test]
fn a_gauge_passes_as_it_is() {
    let mut cleaner = Cleaner::default();

    assert_eq!(gauge(&mut cleaner, 0, -3.5), told(0, -3.5, None, false));
    assert_eq!(gauge(&mut cleaner, 15, 0.0), told(15, 0.0, None, false));
    assert_eq!(cleaner.usual_step(), Some(Duration::from_secs(15)));
}

#[test]
fn a_counter_becomes_a_rate_per_second() {
    let mut cleaner = Cleaner::default();

    assert_eq!(counter(&mut cleaner, 0, 1_000.0), Cleaned::Waits);
    assert_eq!(counter(&mut cleaner, 60, 1_030.0), told(60, 0.5, None, false));
    assert_eq!(counter(&mut cleaner, 120, 1_030.0), told(120, 0.0, None, false));
}

#[test]
fn a_counter_that_restarted_counts_from_nought() {
    let mut cleaner = counted(10);

    assert_eq!(counter(&mut cleaner, 600, 30.0), told(600, 0.5, None, true));
    assert_eq!(counter(&mut cleaner, 660, 90.0), told(660, 1.0, None, false));
}

#[test]
fn a_gap_is_told_when_more_than_five_steps_are_missing() {
    let mut cleaner = minutes(10);
    assert_eq!(gauge(&mut cleaner, 540 + 6 * 60, 1.0), told(900, 1.0, None, false));

    assert_eq!(gauge(&mut cleaner, 900 + 7 * 60, 1.0), told(1_320, 1.0, Some(420), false));
}

#[test]
fn a_counter_waits_after_a_gap_and_tells_it_with_the_next_value() {
    let mut cleaner = counted(10);

    assert_eq!(counter(&mut cleaner, 4_200, 7.0), Cleaned::Waits);
    assert_eq!(counter(&mut cleaner, 4_260, 127.0), told(4_260, 2.0, Some(3_660), false));
    assert_eq!(counter(&mut cleaner, 4_320, 247.0), told(4_320, 2.0, None, false));
}

#[test]
fn a_storm_of_nan_is_dropped_and_leaves_the_clock_alone() {
    let mut cleaner = minutes(10);

    for second in 540..10_000 {
        let value = if second % 2 == 0 { STALE } else { f64::NAN };
        assert_eq!(gauge(&mut cleaner, second, value), Cleaned::Dropped(Why::NotFinite));
    }

    assert_eq!(cleaner.drops().not_finite, 9_460);
    assert_eq!(gauge(&mut cleaner, 600, 2.0), told(600, 2.0, None, false));
}

#[test]
fn infinities_and_huge_values_are_dropped() {
    let mut cleaner = minutes(3);

    assert_eq!(gauge(&mut cleaner, 180, f64::INFINITY), Cleaned::Dropped(Why::NotFinite));
    assert_eq!(gauge(&mut cleaner, 180, f64::NEG_INFINITY), Cleaned::Dropped(Why::NotFinite));
    assert_eq!(gauge(&mut cleaner, 180, 1e308), Cleaned::Dropped(Why::TooLarge));
    assert_eq!(gauge(&mut cleaner, 180, -1e308), Cleaned::Dropped(Why::TooLarge));
    assert_eq!(gauge(&mut cleaner, 180, -1e300), told(180, -1e300, None, false));
    assert_eq!((cleaner.drops().not_finite, cleaner.drops().too_large), (2, 2));
}

#[test]
fn a_rate_that_no_number_can_hold_is_dropped_and_the_next_is_right() {
    let mut cleaner = Cleaner::default();
    let mut at =
        |nanos, value| cleaner.take(Sample { at: Timestamp::from_nanos(nanos), value }, MetricKind::Counter);
    at(0, 0.0);

    assert_eq!(at(1, 1e300), Cleaned::Dropped(Why::TooLarge));
    assert!(matches!(at(1_000_000_001, 1e300), Cleaned::Waits | Cleaned::Value { value: 0.0, .. }));
}

#[test]
fn negative_counters_are_dropped_and_negative_gauges_are_not() {
    let mut cleaner = counted(3);

    assert_eq!(counter(&mut cleaner, 180, -1.0), Cleaned::Dropped(Why::Negative));
    assert_eq!(counter(&mut cleaner, 180, 360.0), told(180, 2.0, None, false));
    assert_eq!(cleaner.drops().negative, 1);
}

#[test]
fn duplicates_are_dropped_whatever_they_say() {
    let mut cleaner = minutes(5);

    assert_eq!(gauge(&mut cleaner, 240, 1.0), Cleaned::Dropped(Why::Duplicate));
    assert_eq!(gauge(&mut cleaner, 240, 99.0), Cleaned::Dropped(Why::Duplicate));
    assert_eq!(cleaner.drops().duplicate, 2);
}

#[test]
fn late_samples_are_dropped_and_the_series_goes_on() {
    let mut cleaner = counted(100);

    for minute in 40..99 {
        assert_eq!(counter(&mut cleaner, minute * 60 + 1, 5.0), Cleaned::Dropped(Why::OutOfOrder));
    }

    assert_eq!(counter(&mut cleaner, 6_000, 12_000.0), told(6_000, 2.0, None, false));
    assert_eq!(cleaner.drops().out_of_order, 59);
}

#[test]
fn a_clock_that_was_set_back_is_believed_at_the_third_sample() {
    let mut cleaner = minutes(300);
    let back = 17_940 - 7_200;

    assert_eq!(gauge(&mut cleaner, back, 1.0), Cleaned::Dropped(Why::OutOfOrder));
    assert_eq!(gauge(&mut cleaner, back + 60, 1.0), Cleaned::Dropped(Why::OutOfOrder));
    assert_eq!(gauge(&mut cleaner, back + 120, 1.0), told(back + 120, 1.0, Some(7_080), false));
    assert_eq!(gauge(&mut cleaner, back + 180, 1.0), told(back + 180, 1.0, None, false));
}

#[test]
fn old_samples_among_new_ones_do_not_set_the_clock_back() {
    let mut cleaner = minutes(300);

    for minute in 0..50 {
        assert!(matches!(gauge(&mut cleaner, minute * 60, 5.0), Cleaned::Dropped(_)));
        assert!(matches!(gauge(&mut cleaner, minute * 60 + 1, 5.0), Cleaned::Dropped(_)));
        let now = 18_000 + minute * 60;
        assert_eq!(gauge(&mut cleaner, now, 1.0), told(now, 1.0, None, false));
    }
}

#[test]
fn one_sample_from_the_future_is_held_back_for_ever() {
    let mut cleaner = minutes(100);

    assert_eq!(gauge(&mut cleaner, 400 * DAY, 9.0), Cleaned::Dropped(Why::FutureJump));
    assert_eq!(gauge(&mut cleaner, 6_000, 1.0), told(6_000, 1.0, None, false));
    assert_eq!(gauge(&mut cleaner, 500 * DAY, 9.0), Cleaned::Dropped(Why::FutureJump));
    assert_eq!(cleaner.drops().future_jump, 2);
}

#[test]
fn a_second_sample_confirms_that_days_have_passed() {
    let mut cleaner = counted(100);

    assert_eq!(counter(&mut cleaner, 3 * DAY, 1e6), Cleaned::Dropped(Why::FutureJump));
    assert_eq!(counter(&mut cleaner, 3 * DAY + 60, 1e6), Cleaned::Waits);

    let gap = u64::try_from(3 * DAY + 60 - 99 * 60).unwrap();
    assert_eq!(counter(&mut cleaner, 3 * DAY + 120, 1e6), told(3 * DAY + 120, 0.0, Some(gap), false));
}

#[test]
fn a_series_of_one_sample_a_week_is_heard() {
    for mut cleaner in [Cleaner::default(), minutes(100)] {
        let week = |week: i64| matches!(gauge(&mut cleaner, week * 7 * DAY, 1.0), Cleaned::Value { .. });

        let heard: Vec<bool> = (1..20).map(week).collect();

        assert!(heard[5..].iter().all(|it| *it), "{heard:?}");
    }
}

#[test]
fn a_clock_far_ahead_from_the_start_is_set_right() {
    let mut cleaner = Cleaner::default();
    gauge(&mut cleaner, 9_000_000_000, 1.0);

    let taken: Vec<bool> =
        (0..5).map(|minute| matches!(gauge(&mut cleaner, minute * 60, 1.0), Cleaned::Value { .. })).collect();

    assert_eq!(taken, [false, false, true, true, true]);
}

#[test]
fn two_scrapers_of_one_target_leave_its_rate_as_it_is() {
    let mut cleaner = Cleaner::default();
    for scrape in 0..200_u32 {
        for late in [0_i64, 3] {
            let millis = i64::from(scrape) * 15_000 + late;
            let value = f64::from(scrape) * 30.0 + if late > 0 { 5.0 } else { 0.0 };
            let at = Timestamp::from_nanos(millis * 1_000_000);
            let cleaned = cleaner.take(Sample { at, value }, MetricKind::Counter);
            if let (Cleaned::Value { value, gap, .. }, true) = (cleaned, scrape > 4) {
                assert!((1.5..2.5).contains(&value) && gap.is_none(), "scrape {scrape}: {cleaned:?}");
            }
        }
    }
}

#[test]
fn a_slower_scrape_is_a_gap_three_times_at_most() {
    let mut cleaner = minutes(100);
    let is_gap = |hour: i64| {
        matches!(gauge(&mut cleaner, 5_940 + hour * 3_600, 1.0), Cleaned::Value { gap: Some(_), .. })
    };

    let gaps: Vec<bool> = (1..20).map(is_gap).collect();

    assert!(gaps[3..].iter().all(|it| !it), "{gaps:?}");
}

#[test]
fn no_time_of_a_recording_is_dropped_for_more_than_an_hour() {
    let folder = "../../../shared/data/k8s/09-pod-metrics-with-faults-nezha/2022-08-22/metric";
    let Ok(files) = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else {
        return println!("skipped: the recordings are not beside this workspace");
    };
    for path in files.map(|it| it.unwrap().path()).filter(|it| it.to_string_lossy().contains("_metric.csv")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let time = |row: &str| row.split(',').nth(1).unwrap().parse::<i64>().unwrap();
        let times: Vec<i64> = text.lines().skip(1).map(time).collect();
        let mut cleaner = Cleaner::default();

        let dropped: Vec<bool> =
            times.iter().map(|it| matches!(gauge(&mut cleaner, *it, 1.0), Cleaned::Dropped(_))).collect();

        // The times of one of the files go back at 56 places.
        let longest = dropped.split(|it| !it).map(<[bool]>::len).max();
        assert!(longest <= Some(if times.is_sorted() { 0 } else { 60 }), "{}: {longest:?}", path.display());
    }
}

proptest! {
    #[test]
    fn whatever_comes_values_are_finite_and_each_sample_is_accounted_for(
        steps in vec((prop_oneof![Just(15_i64), -40 * DAY..40 * DAY, Just(i64::MAX / 2), Just(0)], any::<f64>()), 0..80),
        is_counter in any::<bool>(),
    ) {
        let kind = if is_counter { MetricKind::Counter } else { MetricKind::Gauge };
        let mut cleaner = Cleaner::default();
        let (mut at, mut last, mut dropped) = (0_i64, None, 0);
        for (step, value) in steps {
            at = at.saturating_add(step);
            let sample = Sample { at: Timestamp::from_secs(at), value };
            let mut twin: Cleaner = serde_json::from_str(&serde_json::to_string(&cleaner).unwrap()).unwrap();
            let cleaned = cleaner.take(sample, kind);
            prop_assert_eq!(cleaned, twin.take(sample, kind));
            match cleaned {
                Cleaned::Value { at, value, gap, .. } => {
                    prop_assert!(value.abs() <= 1e300);
                    prop_assert!(gap.is_some() || last.is_none_or(|last| last < at));
                    last = Some(at);
                }
                Cleaned::Waits => prop_assert!(is_counter),
                Cleaned::Dropped(_) => dropped += 1,
            }
        }
        prop_assert_eq!(cleaner.drops().total(), dropped);
        prop_assert!(size_of::<Cleaner>() <= 80);
        prop_assert!(postcard::to_stdvec(&cleaner).unwrap().len() <= 80);
    }
}
