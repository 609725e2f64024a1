//! The window grows while its mean stays, shrinks when it changes, and takes little room.

use chiron_streaming::Adwin;
use proptest::{collection::vec, prelude::*};
use std::iter;

/// 1 in so many of a thousand draws, else 0.
fn errors(per_mille: u32, seed: u32) -> impl Iterator<Item = f64> {
    let mut state = seed;
    iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if (state >> 8) % 1000 < per_mille { 1.0 } else { 0.0 }
    })
}

/// A window that has learned these values, and how often it shrank.
fn learned(values: impl IntoIterator<Item = f64>) -> (Adwin, usize) {
    let mut window = Adwin::new(0.002);
    let changes = values.into_iter().filter(|value| window.learn_one(*value)).count();
    (window, changes)
}

#[test]
fn a_steady_share_of_errors_is_no_change() {
    for per_mille in [0, 20, 300, 500, 1000] {
        let (window, changes) = learned(errors(per_mille, 7).take(20_000));

        assert_eq!(changes, 0, "{per_mille}");
        assert_eq!(window.width(), 20_000);
        assert!((window.mean() - f64::from(per_mille) / 1000.0).abs() < 0.01, "{}", window.mean());
    }
}

#[test]
fn an_abrupt_change_is_found_within_a_hundred_values() {
    let (mut window, _) = learned(errors(200, 1).take(1000));

    let found = errors(800, 2).take(100).position(|value| window.learn_one(value));

    assert!(found.is_some());
}

#[test]
fn the_mean_follows_a_change() {
    let (window, _) = learned(errors(200, 1).take(1000).chain(errors(800, 2).take(1000)));

    assert!((window.mean() - 0.8).abs() < 0.05, "{}", window.mean());
    assert!((900..=1100).contains(&window.width()), "{}", window.width());
}

#[test]
fn a_fall_is_a_change_too() {
    let (_, changes) = learned(errors(800, 1).take(1000).chain(errors(200, 2).take(200)));

    assert!(changes > 0);
}

#[test]
fn a_slow_change_is_found() {
    let rising = (0..1000).flat_map(|per_mille| errors(per_mille, per_mille).take(4));

    let (window, changes) = learned(rising);

    assert!(changes > 0);
    assert!(window.mean() > 0.6, "{}", window.mean());
}

#[test]
fn a_larger_delta_finds_a_change_sooner() {
    let find = |delta| {
        let mut window = Adwin::new(delta);
        let values = errors(300, 1).take(500).chain(errors(500, 2).take(5000));
        values.map(|value| window.learn_one(value)).position(|is_change| is_change).unwrap()
    };

    assert!(find(0.1) < find(1e-6));
}

#[test]
fn a_million_values_take_three_kilobytes() {
    let (window, _) = learned(errors(100, 3).take(1_000_000));

    assert!(window.width() > 900_000);
    assert!(postcard::to_stdvec(&window).unwrap().len() < 3000);
}

#[test]
fn a_saved_window_goes_on_alike() {
    let (mut window, _) = learned(errors(200, 1).take(1000));

    let mut twin: Adwin = postcard::from_bytes(&postcard::to_stdvec(&window).unwrap()).unwrap();

    for value in errors(700, 2).take(300) {
        assert_eq!(window.learn_one(value), twin.learn_one(value));
    }
    assert_eq!(window, twin);
}

#[test]
fn a_huge_value_that_was_dropped_leaves_no_trace() {
    let values = iter::repeat_n(1e100, 40).chain(iter::repeat_n(1.0, 100_000));

    let (window, _) = learned(values);

    assert!((window.mean() - 1.0).abs() < 1e-9, "{}", window.mean());
}

#[test]
fn what_is_no_number_is_passed_over() {
    let (window, changes) = learned([0.5, f64::NAN, 0.5]);

    assert_eq!((window.width(), changes), (2, 0));
    assert!((window.mean() - 0.5).abs() < 1e-12);
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1.0, -1e9..1e9, Just(f64::NAN), Just(f64::INFINITY), Just(f64::MIN), Just(1e308)]
}

proptest! {
    #[test]
    fn the_mean_lies_among_the_values(
        values in vec(any_value(), 0..300),
        delta in prop_oneof![0.0..2.0, Just(f64::NAN)]
    ) {
        let mut window = Adwin::new(delta);
        let mut range = (0.0_f64, 0.0_f64);

        for (count, value) in (1..).zip(values) {
            window.learn_one(value);

            range = (range.0.min(value), range.1.max(value));
            let slack = 1e-9 * (range.1.min(1e100) - range.0.max(-1e100)).abs();
            prop_assert!((range.0 - slack..=range.1 + slack).contains(&window.mean()), "{}", window.mean());
            prop_assert!(window.width() <= count);
        }
    }
}
