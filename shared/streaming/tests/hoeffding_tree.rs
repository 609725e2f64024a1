//! The tree learns rules over numbers, splits only where a split tells something, and stays within its bounds.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_streaming::{HoeffdingTree, HoeffdingTreeConfig};
use proptest::{collection::vec, prelude::*};

/// Samples of numbers in 0..1, the same for the same seed.
fn samples<const N: usize>(seed: u32) -> impl Iterator<Item = [f32; N]> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        [(); N].map(|()| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap()) / 65536.0
        })
    })
}

fn tree(config: HoeffdingTreeConfig) -> HoeffdingTree {
    HoeffdingTree::new(config).unwrap()
}

/// Learns the samples, and gives back the share of the last thousand that was told right.
fn accuracy<const N: usize>(
    tree: &mut HoeffdingTree,
    samples: impl Iterator<Item = [f32; N]>,
    class: impl Fn(&[f32]) -> u16,
) -> f64 {
    let told = samples.map(|sample| tree.learn_one(&sample, class(&sample), 1) == class(&sample));
    let told: Vec<bool> = told.collect();
    let late = &told[told.len() - 1000..];
    f64::from(u16::try_from(late.iter().filter(|is_right| **is_right).count()).unwrap()) / 1000.0
}

#[test]
fn learns_a_threshold() {
    let mut tree = tree(HoeffdingTreeConfig::of(3, 2));

    let accuracy = accuracy(&mut tree, samples::<3>(1).take(5000), |sample| u16::from(sample[1] > 0.3));

    assert!(accuracy > 0.98, "{accuracy}");
    assert!(tree.merits()[1] > 10.0 * (tree.merits()[0] + tree.merits()[2]), "{:?}", tree.merits());
}

#[test]
fn learns_several_classes() {
    let class = |sample: &[f32]| match (sample[0] < 0.5, sample[1] < 0.4) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };

    let accuracy = accuracy(&mut tree(HoeffdingTreeConfig::of(2, 3)), samples::<2>(2).take(8000), class);

    assert!(accuracy > 0.95, "{accuracy}");
}

#[test]
fn the_unit_of_a_feature_does_not_matter() {
    let class = |sample: &[f32]| u16::from(sample[0] > 0.4);
    let mut plain = tree(HoeffdingTreeConfig::of(2, 2));
    let mut scaled = tree(HoeffdingTreeConfig::of(2, 2));

    for sample in samples::<2>(3).take(3000) {
        // A power of two, so that nothing is rounded.
        let large = sample.map(|value| value * 1_048_576.0);
        assert_eq!(plain.learn_one(&sample, class(&sample), 1), scaled.learn_one(&large, class(&sample), 1));
    }

    assert_eq!(plain.nodes(), scaled.nodes());
}

#[test]
fn one_class_is_never_split() {
    let mut tree = tree(HoeffdingTreeConfig::of(2, 2));

    accuracy(&mut tree, samples::<2>(4).take(5000), |_| 1);

    assert_eq!(tree.nodes(), 1);
}

#[test]
fn constant_features_are_never_split() {
    let mut tree = tree(HoeffdingTreeConfig::of(2, 2));

    for (sample, number) in samples::<1>(5).take(5000).zip(0..) {
        tree.learn_one(&[7.0, -3.0], u16::from(sample[0] > 0.5), number % 3);
    }

    assert_eq!(tree.nodes(), 1);
}

#[test]
fn a_sample_without_a_feature_takes_the_heavier_side() {
    let mut tree = tree(HoeffdingTreeConfig::of(1, 2));
    accuracy(&mut tree, samples::<1>(6).take(3000), |sample| u16::from(sample[0] > 0.2));

    let class = tree.predict_into(&[f32::NAN], &mut []);

    assert!(tree.nodes() > 1);
    assert_eq!(class, 1);
    assert_eq!(tree.predict_into(&[], &mut []), 1);
}

#[test]
fn nodes_are_bounded() {
    let mut tree = tree(HoeffdingTreeConfig {
        max_nodes: 15,
        grace_period: 20,
        delta: 0.1,
        ..HoeffdingTreeConfig::of(2, 2)
    });

    accuracy(&mut tree, samples::<2>(7).take(20_000), |sample| u16::from(sample[0] * sample[1] > 0.2));

    assert_eq!(tree.nodes(), 15);
}

#[test]
fn no_weight_and_an_unknown_class_are_not_learned() {
    let mut tree = tree(HoeffdingTreeConfig::of(1, 2));
    let before = tree.clone();

    tree.learn_one(&[0.5], 1, 0);
    tree.learn_one(&[0.5], 2, 1);

    assert_eq!(tree, before);
}

#[test]
fn weight_beyond_counting_is_no_harm() {
    let mut tree = tree(HoeffdingTreeConfig::of(2, 2));
    let mut probabilities = [0.0; 2];

    for (number, sample) in (0..).zip(samples::<2>(8).take(200)) {
        tree.learn_one(&sample, number % 2, u32::MAX);
        tree.predict_into(&sample, &mut probabilities);

        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    let refused = |config| HoeffdingTree::new(config).is_err();
    let right = HoeffdingTreeConfig::of(2, 2);

    assert!(refused(HoeffdingTreeConfig { features: 0, ..right }));
    assert!(refused(HoeffdingTreeConfig { classes: 257, ..right }));
    assert!(refused(HoeffdingTreeConfig { subset: 3, ..right }));
    assert!(refused(HoeffdingTreeConfig { tie_threshold: -0.1, ..right }));
    assert!(refused(HoeffdingTreeConfig { max_nodes: 0, ..right }));
}

fn any_feature() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -1.0_f32..1.0,
        1 => prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(f32::MIN), Just(f32::MAX), Just(-0.0), Just(1e-45)]
    ]
}

proptest! {
    #[test]
    fn probabilities_are_a_distribution_whatever_comes(
        rows in vec((vec(any_feature(), 0..5), 0_u16..5, 0_u32..9), 1..200),
        classes in 1_u16..5
    ) {
        let config = HoeffdingTreeConfig { grace_period: 10, delta: 0.4, ..HoeffdingTreeConfig::of(3, classes) };
        let mut tree = tree(config);
        let mut probabilities = vec![0.0; classes.into()];

        for (features, class, weight) in rows {
            tree.learn_one(&features, class, weight);
            let likeliest = tree.predict_into(&features, &mut probabilities);

            prop_assert!(likeliest < classes);
            prop_assert!(probabilities.iter().all(|share| (0.0..=1.0).contains(share)), "{probabilities:?}");
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{probabilities:?}");
        }
    }
}
