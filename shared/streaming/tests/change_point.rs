//! Shifts of the level are told once, with where they began; spikes and noise are none.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::{Direction, Sample, Timestamp};
use chiron_streaming::{ChangePoint, Learner, Shift, Snapshot, SnapshotError};
use proptest::{collection::vec, prelude::*};

/// Noise of mean 0 and deviation 1, the same every time.
fn noise(seed: u32) -> impl FnMut() -> f64 {
    let mut state = seed;
    let mut unit = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1_u32 << 24)
    };
    move || (unit() + unit() + unit() - 1.5) * 2.0
}

/// The value of each step, one a minute.
fn series(steps: u32, mut value: impl FnMut(u32) -> f64) -> Vec<Sample> {
    let sample = |step| Sample { at: Timestamp::from_secs(i64::from(step) * 60), value: value(step) };
    (0..steps).map(sample).collect()
}

/// The shifts, and after which sample each was told.
fn shifts(samples: &[Sample]) -> Vec<(usize, Shift)> {
    let mut detector = ChangePoint::default();
    samples.iter().enumerate().filter_map(|(step, it)| Some((step, detector.step(*it)?))).collect()
}

/// 100 with noise of 2, and from step 500 on so much more.
fn shifted(by: f64) -> Vec<Sample> {
    let mut noise = noise(1);
    series(1000, |step| 100.0 + 2.0 * noise() + if step < 500 { 0.0 } else { by })
}

#[test]
fn a_shift_is_told_once_with_its_start_and_both_levels() {
    for (by, way) in [(10.0, Direction::Above), (-10.0, Direction::Below)] {
        let found = shifts(&shifted(by));

        let [(told, Shift { at, from, to, direction, confidence })] = found[..] else {
            panic!("expected one shift: {found:?}")
        };
        assert!((505..512).contains(&told), "after sample {told}");
        assert!((at.secs() / 60 - 500).abs() <= 2, "{at}");
        assert!((from - 100.0).abs() < 1.0 && (to - 100.0 - by).abs() < 2.0, "from {from} to {to}");
        assert_eq!(direction, way);
        assert!(confidence.value() > 0.95, "{confidence:?}");
    }
}

#[test]
fn a_smaller_shift_is_told_later_and_with_less_confidence() {
    let [small, large] = [4.0, 20.0].map(|by| shifts(&shifted(by))[0]);

    assert!(small.0 > large.0 && small.0 < 560, "{} and {}", small.0, large.0);
    assert!(small.1.confidence < large.1.confidence);
}

#[test]
fn spikes_are_no_shift() {
    let mut noise = noise(2);
    // Single ones, pairs, and three in a row.
    let is_spike = |step: u32| step.is_multiple_of(97) || [200, 201, 400, 401, 402].contains(&step);

    let found = shifts(&series(5000, |step| if is_spike(step) { 1e9 } else { 100.0 + noise() }));

    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_spike_at_the_start_is_no_shift() {
    let mut noise = noise(3);

    let found = shifts(&series(2000, |step| if step == 2 { 1e6 } else { 100.0 + noise() }));

    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn noise_is_no_shift_be_it_independent_or_slow() {
    for memory in [0.0, 0.5, 0.9, 0.98] {
        let (mut noise, mut drift) = (noise(4), 0.0);

        let found = shifts(&series(20_000, |_| {
            drift = memory * drift + noise();
            100.0 + drift
        }));

        assert!(found.is_empty(), "memory {memory}: {found:?}");
    }
}

#[test]
fn a_constant_has_no_shift_until_it_becomes_another() {
    for (constant, other) in [(5.0, 6.0), (0.0, 1.0), (-1e9, 1e9)] {
        let found = shifts(&series(1000, |step| if step < 500 { constant } else { other }));

        let [(told, Shift { from, to, .. })] = found[..] else { panic!("expected one shift: {found:?}") };
        assert_eq!(told, 505);
        assert!((from - constant).abs() + (to - other).abs() < 0.01 * (other - constant), "{from} to {to}");
    }
}

#[test]
fn a_level_is_told_again_when_it_comes_back() {
    let mut noise = noise(5);

    let found = shifts(&series(900, |step| if (300..600).contains(&step) { 200.0 } else { 100.0 } + noise()));

    let ways: Vec<Direction> = found.iter().map(|(_, shift)| shift.direction).collect();
    assert_eq!(ways, [Direction::Above, Direction::Below]);
}

#[test]
fn a_shift_is_found_beneath_slow_noise() {
    let (mut noise, mut drift) = (noise(6), 0.0);

    let found = shifts(&series(1000, |step| {
        drift = 0.6 * drift + noise();
        100.0 + drift + if step < 500 { 0.0 } else { 10.0 }
    }));

    assert!(found.len() == 1 && (505..560).contains(&found[0].0), "{found:?}");
}

#[test]
fn the_score_rises_as_a_shift_becomes_certain() {
    let samples = shifted(10.0);
    let mut detector = ChangePoint::default();
    for sample in &samples[..500] {
        detector.learn_one(*sample);
    }

    let mut scores = Vec::new();
    for sample in &samples[500..506] {
        scores.push(detector.score_one(*sample));
        detector.learn_one(*sample);
    }

    assert!(scores[0] < 0.3 && scores[4] > 0.6 && scores.is_sorted(), "{scores:?}");
}

#[test]
fn nothing_is_said_while_warming_up() {
    let mut detector = ChangePoint::default();

    for sample in series(31, |step| f64::from(step / 8) * 1000.0) {
        assert!(detector.score_one(sample) <= 0.0 && !detector.is_warm());
        assert_eq!(detector.step(sample), None);
    }
}

#[test]
fn its_state_is_small() {
    let mut detector = ChangePoint::default();
    for sample in shifted(10.0) {
        detector.learn_one(sample);
    }

    assert!(size_of::<ChangePoint>() <= 72);
    assert!(detector.snapshot().size() <= 64, "{}", detector.snapshot().size());
}

#[test]
fn foreign_newer_and_impossible_snapshots_are_refused() {
    let restore = |snapshot: Snapshot| ChangePoint::restore(&snapshot).unwrap_err();
    let run = (0_i64, 0.0_f32, 0_u32, 0.0_f64);
    let no_number = (f64::NAN, 1.0_f32, 0.0_f32, 1.0_f32, 40_u16, run, run);

    assert!(matches!(restore(Snapshot::of("trend", 1, &0_u8)), SnapshotError::Other { .. }));
    assert!(matches!(restore(Snapshot::of(ChangePoint::NAME, 2, &0_u8)), SnapshotError::Newer { .. }));
    assert!(matches!(restore(Snapshot::of(ChangePoint::NAME, 1, &no_number)), SnapshotError::Impossible(..)));
}

/// Values of which some are no measurement.
fn wild() -> impl Strategy<Value = Vec<f64>> {
    vec(prop_oneof![-10.0_f64..10.0, any::<f64>(), Just(f64::NAN), Just(1e308)], 0..300)
}

proptest! {
    #[test]
    fn shifts_are_numbers_whatever_comes(values in wild(), at in any::<i64>()) {
        let mut detector = ChangePoint::default();
        for value in values {
            let sample = Sample { at: Timestamp::from_nanos(at), value };
            prop_assert!((0.0..=1.0).contains(&detector.score_one(sample)));
            if let Some(shift) = detector.step(sample) {
                prop_assert!(shift.from.is_finite() && shift.to.is_finite());
                prop_assert_eq!(shift.direction == Direction::Above, shift.to > shift.from);
            }
        }
    }

    #[test]
    fn goes_on_alike_wherever_it_was_saved(cut in 0_usize..600, values in wild()) {
        let mut samples = shifted(10.0);
        samples.truncate(550);
        samples.extend(values.into_iter().map(|value| Sample { at: Timestamp::MIN, value }));
        let (before, after) = samples.split_at(cut.min(samples.len()));
        let mut detector = ChangePoint::default();
        for sample in before {
            detector.learn_one(*sample);
        }

        let text = serde_json::to_string(&detector.snapshot()).unwrap();
        let mut restored = ChangePoint::restore(&serde_json::from_str(&text).unwrap()).unwrap();

        for sample in after {
            prop_assert_eq!(restored.score_one(*sample).to_bits(), detector.score_one(*sample).to_bits());
            prop_assert_eq!(restored.step(*sample), detector.step(*sample));
        }
    }
}
