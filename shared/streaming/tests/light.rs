//! Laws of the light detector.
#![allow(clippy::float_cmp, clippy::unwrap_used, reason = "helpers of tests; nought is nought")]

use chiron_model::{Sample, Timestamp};
use chiron_streaming::{CHANNELS, Learner, LightDetector, LightReading, Snapshot};
use proptest::prelude::*;

const STEP: i64 = 300;
const DAY: usize = 288;

/// Small noise without a generator: fractions of multiples of the golden ratio.
fn noise(step: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let turns = step as f64 * 0.618_033_988_749_895 * 7.0;
    turns.fract() - 0.5
}

fn feed(
    detector: &mut LightDetector,
    from: usize,
    values: impl IntoIterator<Item = f64>,
) -> Vec<LightReading> {
    let at = |step: usize| 1_700_000_000 + i64::try_from(from + step).unwrap() * STEP;
    values.into_iter().enumerate().map(|(step, value)| detector.step(at(step), value)).collect()
}

fn highest(readings: &[LightReading]) -> f64 {
    readings.iter().map(|it| it.score).fold(0.0, f64::max)
}

#[test]
fn a_constant_series_is_never_unusual() {
    for value in [0.0, 1.0, -3.5, 1e12, 1e308] {
        let readings = feed(&mut LightDetector::default(), 0, vec![value; 3 * DAY]);

        assert!(highest(&readings) < LightDetector::THRESHOLD, "{value}");
    }
}

#[test]
fn nothing_is_said_while_it_warms_up() {
    let mut detector = LightDetector::default();

    let readings = feed(&mut detector, 0, (0..119).map(|step| if step == 60 { 1e9 } else { noise(step) }));

    assert_eq!(highest(&readings), 0.0);
    assert!(!detector.is_warm());
}

#[test]
fn a_spike_is_told_once_and_its_drivers_are_named() {
    let mut detector = LightDetector::default();
    feed(&mut detector, 0, (0..4 * DAY).map(|step| 10.0 + noise(step)));

    let readings = feed(&mut detector, 4 * DAY, (0..20).map(|step| if step < 3 { 40.0 } else { 10.0 }));

    assert!(readings[0].alert >= LightDetector::THRESHOLD, "{readings:?}");
    assert!(readings[5..].iter().all(|it| it.alert < LightDetector::THRESHOLD), "{readings:?}");
    let strongest =
        (0..CHANNELS.len()).max_by(|a, b| readings[0].evidence[*a].total_cmp(&readings[0].evidence[*b]));
    assert!(["seasonal-residual", "range-record", "jump"].contains(&CHANNELS[strongest.unwrap()]));
    assert!((readings[0].expected - 10.0).abs() < 0.5);
}

#[test]
fn a_level_that_shifts_is_told() {
    let mut detector = LightDetector::default();
    feed(&mut detector, 0, (0..4 * DAY).map(|step| 10.0 + noise(step)));

    let readings = feed(&mut detector, 4 * DAY, (0..30).map(|step| 11.5 + noise(step)));

    assert!(highest(&readings) >= LightDetector::THRESHOLD);
}

#[test]
fn a_daily_job_at_the_same_hour_is_learned() {
    let job = |step: usize| {
        let is_on = (24..30).contains(&(step % DAY));
        if is_on { 80.0 + noise(step) } else { 10.0 + noise(step) }
    };
    let mut detector = LightDetector::default();
    feed(&mut detector, 0, (0..14 * DAY).map(job));

    let usual = feed(&mut detector, 14 * DAY, (14 * DAY..15 * DAY).map(job));
    let missing = feed(&mut detector.clone(), 15 * DAY, (0..DAY).map(|step| 10.0 + noise(step)));

    assert!(highest(&usual) < LightDetector::THRESHOLD, "{}", highest(&usual));
    assert!(
        highest(&missing) > highest(&usual),
        "a job that does not run is more unusual than one that does"
    );
}

#[test]
fn what_is_not_finite_changes_nothing() {
    let mut detector = LightDetector::default();
    feed(&mut detector, 0, (0..DAY).map(noise));
    let before = detector.clone();

    let readings = feed(&mut detector, DAY, [f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);

    assert_eq!(highest(&readings), 0.0);
    assert_eq!(detector, before);
}

#[test]
fn a_clock_that_stands_still_or_runs_back_does_no_harm() {
    let mut detector = LightDetector::default();
    for step in 0..1000_usize {
        let at = [5_000, 5_000, 0, i64::MIN / 2, i64::MAX / 2][step % 5];
        let reading = detector.step(at, noise(step));
        assert!(reading.score.is_finite());
    }
}

#[test]
fn state_is_a_few_kilobytes() {
    let mut detector = LightDetector::default();
    feed(&mut detector, 0, (0..30 * DAY).map(|step| 10.0 + 5.0 * noise(step) * noise(step / 7)));

    assert!(detector.snapshot().size() <= 6_300, "{}", detector.snapshot().size());
    assert!(std::mem::size_of::<LightDetector>() <= 6_300);
}

/// What version 1 wrote; every later version must read it.
const VERSION_1: &str = include_str!("fixtures/light-1.json");

#[test]
fn a_state_of_version_1_can_be_read() {
    let snapshot: Snapshot = serde_json::from_str(VERSION_1).unwrap();

    let mut detector = LightDetector::restore(&snapshot).unwrap();

    assert_eq!(detector.samples(), 700);
    let readings = feed(&mut detector, 700, (700..720).map(|step| 10.0 + noise(step)));
    assert!(highest(&readings) < LightDetector::THRESHOLD);
    assert!(detector.step(1_700_000_000 + 720 * STEP, 99.0).score >= LightDetector::THRESHOLD);
}

#[test]
fn cut_or_altered_states_are_refused() {
    let mut detector = LightDetector::default();
    feed(&mut detector, 0, (0..DAY).map(noise));
    let text = serde_json::to_string(&detector.snapshot()).unwrap();

    let cut = format!("{}\"", &text[..text.len() / 2 / 4 * 4]);
    let other = text.replace("light/", "heavy/");
    let newer = text.replace("light/1", "light/999");

    for bad in [cut, other, newer] {
        let refused =
            serde_json::from_str::<Snapshot>(&bad).map_or(true, |it| LightDetector::restore(&it).is_err());
        assert!(refused, "{}", &bad[..20]);
    }
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -1e3_f64..1e3,
        1 => prop_oneof![Just(0.0), Just(1e308), Just(-1e308), Just(f64::NAN), Just(f64::INFINITY), Just(1e-300)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn scores_are_numbers_from_0_to_1_whatever_comes(
        steps in prop::collection::vec((-10_000_i64..100_000, value()), 0..400)
    ) {
        let mut detector = LightDetector::default();
        for (at, value) in steps {
            let sample = Sample { at: Timestamp::from_secs(at), value };
            let before = detector.score_one(sample);
            let reading = detector.step(at, value);
            prop_assert_eq!(before, reading, "score first, then learn");
            prop_assert!((0.0..=1.0).contains(&reading.score) && (0.0..=1.0).contains(&reading.alert));
            prop_assert!(reading.evidence.iter().all(|it| it.is_finite()) && reading.expected.is_finite());
        }
    }

    #[test]
    fn a_restored_detector_goes_on_bit_for_bit(
        before in prop::collection::vec(value(), 1..500),
        after in prop::collection::vec(value(), 1..100),
    ) {
        let mut detector = LightDetector::default();
        feed(&mut detector, 0, before.iter().copied());
        let text = serde_json::to_string(&detector.snapshot()).unwrap();
        let mut restored = LightDetector::restore(&serde_json::from_str(&text).unwrap()).unwrap();

        prop_assert_eq!(&restored, &detector);
        let from = before.len();
        prop_assert_eq!(feed(&mut detector, from, after.iter().copied()), feed(&mut restored, from, after));
        prop_assert_eq!(restored.snapshot(), detector.snapshot());
    }
}
