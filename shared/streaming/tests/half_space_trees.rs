//! Forests find what lies apart, say which feature it was, and go on alike after being saved.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_streaming::{Cuts, HalfSpaceTrees, HalfSpaceTreesConfig, Learner, Snapshot, SnapshotError};
use proptest::{collection::vec, prelude::*};
use std::sync::Arc;

/// Noise in 0.0..1.0, the same every time.
fn noise(seed: u32) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 16).unwrap()) / 65536.0
    }
}

/// Processor, memory and latency of a pod, that follow its load.
fn samples(count: usize) -> Vec<[f32; 3]> {
    let mut noise = noise(1);
    let mut sample = || {
        let load = noise() + noise() + noise();
        [0.2 + 0.1 * load + 0.02 * noise(), 3e8 + 2e7 * load + 1e6 * noise(), 0.05 + 0.01 * load]
    };
    (0..count).map(|_| sample()).collect()
}

fn forest(features: u16) -> HalfSpaceTrees {
    HalfSpaceTrees::new(HalfSpaceTreesConfig::of(features)).unwrap()
}

fn learned(count: usize) -> HalfSpaceTrees {
    let mut forest = forest(3);
    for sample in samples(count) {
        forest.learn_one(&sample);
    }
    forest
}

/// A forest that is quick to build, for laws.
fn small(features: u16) -> HalfSpaceTrees {
    let config = HalfSpaceTreesConfig { trees: 5, depth: 5, window_size: 20, features, seed: 3 };
    HalfSpaceTrees::new(config).unwrap()
}

#[test]
fn nothing_is_unusual_before_a_window_is_full() {
    let mut forest = forest(3);

    for sample in samples(249) {
        assert_eq!(forest.step(&sample).to_bits(), 0.0_f64.to_bits());
        assert_eq!(forest.step(&[9e9; 3]).to_bits() & u64::from(forest.is_warm()), 0);
        if forest.is_warm() {
            return;
        }
    }
}

#[test]
fn what_lies_apart_scores_above_all_that_does_not() {
    let mut forest = learned(1000);

    let apart = forest.score_one(&[0.35, 3.3e8, 0.2]);

    let most = samples(250).iter().map(|sample| forest.step(sample)).fold(0.0, f64::max);
    assert!(apart > most, "{apart} against {most}");
}

#[test]
fn what_breaks_the_bond_of_features_is_unusual_though_each_is_ordinary() {
    let forest = learned(1000);
    let mut scores: Vec<f64> = samples(250).iter().map(|sample| forest.score_one(sample)).collect();
    scores.sort_by(f64::total_cmp);

    // Much load by the processor, little by the memory.
    let broken = forest.score_one(&[0.45, 3.1e8, 0.065]);

    assert!(broken > scores[237], "{broken} against {}, the 95th percentile", scores[237]);
}

#[test]
fn a_constant_is_never_unusual() {
    let mut forest = forest(2);

    for _ in 0..1000 {
        assert_eq!(forest.step(&[5.0, 1e9]).to_bits(), 0.0_f64.to_bits());
    }
}

#[test]
fn a_new_level_is_unusual_until_it_is_learned() {
    let mut forest = learned(1000);
    let shifted: Vec<[f32; 3]> = samples(1000).iter().map(|[a, b, c]| [a + 0.5, *b, *c]).collect();

    let scores: Vec<f64> = shifted.iter().map(|sample| forest.step(sample)).collect();

    let mean = |scores: &[f64]| scores.iter().sum::<f64>() / 250.0;
    assert!(
        mean(&scores[..250]) > mean(&scores[750..]) + 0.05,
        "{:?}",
        scores.chunks(250).map(mean).collect::<Vec<_>>()
    );
}

#[test]
fn units_do_not_matter() {
    let mut forest = forest(3);
    let mut twin = forest.clone();

    for [processor, memory, latency] in samples(600) {
        let score = forest.step(&[processor, memory, latency]);
        let other = twin.step(&[processor * 1024.0, memory / 1024.0, latency * 64.0]);
        assert_eq!(score.to_bits(), other.to_bits());
    }
}

#[test]
fn missing_features_count_as_ordinary_ones() {
    let forest = learned(1000);

    let scores = [[0.35, f32::NAN, f32::NAN], [f32::NAN; 3]].map(|sample| forest.score_one(&sample));

    assert_eq!(forest.score_one(&[0.35]).to_bits(), scores[0].to_bits());
    let most = samples(250).iter().map(|sample| forest.score_one(sample)).fold(0.0, f64::max);
    assert!(scores.iter().all(|score| *score < most), "{scores:?} against {most}");
}

#[test]
fn the_feature_that_is_out_of_line_has_the_largest_share() {
    let forest = learned(1000);

    for (guilty, sample) in [[2.0, 3.3e8, 0.065], [0.35, 9e8, 0.065], [0.35, 3.3e8, 0.9]].iter().enumerate() {
        let shares = forest.attribute(sample);

        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{shares:?}");
        assert!(shares[guilty] > 0.6, "{guilty}: {shares:?}");
    }
}

#[test]
fn nobody_has_a_share_in_no_score() {
    assert_eq!(forest(2).attribute(&[1.0, 2.0]), [0.0, 0.0]);
}

#[test]
fn a_snapshot_is_small() {
    for features in [1, 3, 10] {
        let mut noise = noise(7);
        let mut forest = forest(features);
        for _ in 0..749 {
            let sample: Vec<f32> = (0..features).map(|_| noise()).collect();
            forest.learn_one(&sample);
        }

        let size = forest.snapshot().size();

        assert!(size <= 3000, "{features} features: {size} bytes");
    }
}

#[test]
fn forests_of_equal_shape_share_their_cuts() {
    let cuts = Cuts::new(HalfSpaceTreesConfig::of(3)).unwrap();
    let first = HalfSpaceTrees::with_cuts(Arc::clone(&cuts));
    let second = HalfSpaceTrees::restore_with(&cuts, &first.snapshot()).unwrap();

    assert_eq!(Arc::strong_count(&cuts), 3);
    assert_eq!(second.config(), cuts.config());
    let other = HalfSpaceTrees::restore_with(&cuts, &small(2).snapshot()).unwrap();
    assert_eq!(other.config().trees, 5);
}

#[test]
fn foreign_newer_and_impossible_snapshots_are_refused() {
    let name = HalfSpaceTrees::NAME;
    // The shape (depth 16), no ranges, and no masses.
    let deep = (25_u16, 16_u8, 250_u8, 3_u16, 1_u64, 0_usize, 0_u8, false, 0_usize, 0_usize);
    // The same with depth 8: ranges of three features are missing.
    let narrow = (25_u16, 8_u8, 250_u8, 3_u16, 1_u64, 0_usize, 0_u8, false, 0_usize, 0_usize);

    let restore = |snapshot: Snapshot| HalfSpaceTrees::restore(&snapshot).unwrap_err();

    assert!(matches!(restore(Snapshot::of("trend", 1, &deep)), SnapshotError::Other { .. }));
    assert!(matches!(restore(Snapshot::of(name, 2, &deep)), SnapshotError::Newer { .. }));
    assert!(matches!(restore(Snapshot::of(name, 1, &deep)), SnapshotError::Impossible(..)));
    assert!(matches!(restore(Snapshot::of(name, 1, &narrow)), SnapshotError::Impossible(..)));
    assert!(matches!(restore(Snapshot::of(name, 1, &3_u8)), SnapshotError::Damaged(..)));
}

proptest! {
    #[test]
    fn scores_stay_between_0_and_1_whatever_comes(samples in vec(vec(any::<f32>(), 0..4), 0..120)) {
        let mut forest = small(2);

        for sample in samples {
            let (score, shares) = (forest.score_one(&sample), forest.attribute(&sample));
            prop_assert!((0.0..=1.0).contains(&score));
            prop_assert!((shares.iter().sum::<f32>() - f32::from(u8::from(score > 0.0))).abs() < 1e-5);
            prop_assert_eq!(forest.step(&sample).to_bits(), score.to_bits());
        }
    }

    #[test]
    fn goes_on_alike_wherever_it_was_saved(cut in 0_usize..200, values in vec(any::<f32>(), 3..40)) {
        let ordinary = samples(100).concat();
        let stream: Vec<&[f32]> = ordinary.chunks(3).chain(values.chunks(3)).collect();
        let (before, after) = stream.split_at(cut.min(stream.len()));
        let mut forest = small(3);
        for sample in before {
            forest.learn_one(sample);
        }

        let text = serde_json::to_string(&forest.snapshot()).unwrap();
        let mut restored = HalfSpaceTrees::restore(&serde_json::from_str(&text).unwrap()).unwrap();

        for sample in after {
            prop_assert_eq!(restored.step(sample).to_bits(), forest.step(sample).to_bits());
        }
        prop_assert_eq!(restored.snapshot(), forest.snapshot());
    }
}
