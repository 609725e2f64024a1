//! A forest that was saved goes on alike, and damaged bytes do no harm.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use base64::{Engine, engine::general_purpose::STANDARD};
use chiron_streaming::{AdaptiveRandomForest, AdaptiveRandomForestConfig, Learner, Snapshot, SnapshotError};
use proptest::{collection::vec, prelude::*};

/// Samples of numbers in 0..1, the same for the same seed.
fn samples(seed: u32) -> impl Iterator<Item = [f32; 3]> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        [(); 3].map(|()| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap()) / 65536.0
        })
    })
}

fn class(sample: &[f32]) -> u16 {
    u16::from(sample[0] > 0.3 && sample[1] > 0.4)
}

/// A forest that has learned so many samples.
fn learned(trees: u16, count: usize) -> AdaptiveRandomForest {
    let config = AdaptiveRandomForestConfig { trees, ..AdaptiveRandomForestConfig::of(3, 2) };
    let mut forest = AdaptiveRandomForest::new(config).unwrap();
    for sample in samples(1).take(count) {
        forest.learn_one(&sample, class(&sample));
    }
    forest
}

/// The bytes of a snapshot.
fn body(snapshot: &Snapshot) -> Vec<u8> {
    let text: String = serde_json::from_value(serde_json::to_value(snapshot).unwrap()).unwrap();
    STANDARD.decode(text.splitn(3, '/').nth(2).unwrap()).unwrap()
}

/// A snapshot of these bytes.
fn snapshot(body: &[u8]) -> Snapshot {
    let text = format!("{}/1/{}", AdaptiveRandomForest::NAME, STANDARD.encode(body));
    serde_json::from_value(text.into()).unwrap()
}

fn restored(body: &[u8]) -> Result<AdaptiveRandomForest, SnapshotError> {
    AdaptiveRandomForest::restore(&snapshot(body))
}

#[test]
fn a_restored_forest_goes_on_bit_for_bit() {
    let mut forest = learned(10, 1500);
    let mut twin = AdaptiveRandomForest::restore(&forest.snapshot()).unwrap();

    // The change makes trees warn, drift and draw new random numbers.
    for sample in samples(13).take(600) {
        assert_eq!(forest.predict_one(&sample), twin.predict_one(&sample));
        forest.learn_one(&sample, 1 - class(&sample));
        twin.learn_one(&sample, 1 - class(&sample));
    }

    assert_eq!(forest.snapshot(), twin.snapshot());
}

#[test]
fn a_forest_is_restored_while_trees_grow_in_its_background() {
    let mut forest = learned(10, 1500);
    for sample in samples(2).take(40) {
        forest.learn_one(&sample, 1 - class(&sample));
    }

    let twin = AdaptiveRandomForest::restore(&forest.snapshot()).unwrap();

    assert_eq!(twin.snapshot(), forest.snapshot());
}

#[test]
fn settings_of_no_forest_are_refused() {
    let mut bytes = body(&learned(1, 10).snapshot());
    // The number of trees stands first; there are none.
    bytes[0] = 0;

    let error = restored(&bytes).unwrap_err();

    assert!(matches!(error, SnapshotError::Impossible(..)), "{error}");
}

#[test]
fn a_forest_without_one_of_its_trees_is_refused() {
    let mut bytes = body(&learned(1, 10).snapshot());
    bytes[0] = 2;

    let error = restored(&bytes).unwrap_err();

    assert!(matches!(error, SnapshotError::Impossible(..)), "{error}");
}

#[test]
fn trees_of_another_forest_are_refused() {
    let mut bytes = body(&learned(1, 10).snapshot());
    // The number of features stands second; the tree has 3.
    bytes[1] = 4;

    let error = restored(&bytes).unwrap_err();

    assert!(matches!(error, SnapshotError::Impossible(..)), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn damaged_bytes_are_refused_or_harmless(
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        kept in prop_oneof![4 => Just(usize::MAX), 1 => 0_usize..4000]
    ) {
        let mut bytes = body(&learned(2, 300).snapshot());
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(kept);

        let Ok(mut forest) = restored(&bytes) else { return Ok(()) };

        for sample in samples(15).take(100) {
            forest.learn_one(&sample, class(&sample));
            let probabilities = forest.predict_one(&sample).probabilities;
            prop_assert!(probabilities.iter().all(|share| (0.0..=1.0).contains(share)), "{probabilities:?}");
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{probabilities:?}");
        }
    }
}
