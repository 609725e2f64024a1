//! The forest learns, learns anew after a change, and is not harmed by bad input.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_streaming::{
    AdaptiveRandomForest, AdaptiveRandomForestConfig, HoeffdingTree, HoeffdingTreeConfig, Labelled, Learner,
    Prediction,
};
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

fn forest(config: AdaptiveRandomForestConfig) -> AdaptiveRandomForest {
    AdaptiveRandomForest::new(config).unwrap()
}

/// Predicts, then learns each sample, and gives back whether each prediction was right.
fn told<const N: usize>(
    forest: &mut AdaptiveRandomForest,
    samples: impl Iterator<Item = [f32; N]>,
    class: impl Fn(&[f32]) -> u16,
) -> Vec<bool> {
    let mut step = |sample: [f32; N]| {
        let is_right = forest.predict_one(&sample).class == class(&sample);
        forest.learn_one(&sample, class(&sample));
        is_right
    };
    samples.map(&mut step).collect()
}

fn share(told: &[bool]) -> f64 {
    let right = told.iter().filter(|is_right| **is_right).count();
    f64::from(u32::try_from(right).unwrap()) / f64::from(u32::try_from(told.len()).unwrap())
}

fn xor(sample: &[f32]) -> u16 {
    u16::from((sample[0] > 0.5) != (sample[1] > 0.5))
}

fn quarter(sample: &[f32]) -> u16 {
    u16::from(sample[0] > 0.3 && sample[1] > 0.4)
}

/// A forest of three features that has learned `quarter`.
fn learned(seed: u64) -> AdaptiveRandomForest {
    let mut forest = forest(AdaptiveRandomForestConfig { seed, ..AdaptiveRandomForestConfig::of(3, 2) });
    told(&mut forest, samples::<3>(1).take(1500), quarter);
    forest
}

#[test]
fn learns_a_rule_along_the_axes() {
    let mut forest = forest(AdaptiveRandomForestConfig::of(3, 2));

    let told = told(&mut forest, samples::<3>(1).take(2500), quarter);

    assert!(share(&told[1500..]) > 0.95, "{}", share(&told[1500..]));
}

#[test]
fn learns_what_no_single_feature_tells() {
    let mut forest = forest(AdaptiveRandomForestConfig::of(3, 2));

    let told = told(&mut forest, samples::<3>(2).take(4000), xor);

    assert!(share(&told[3000..]) > 0.9, "{}", share(&told[3000..]));
}

#[test]
fn learns_several_classes() {
    let class = |sample: &[f32]| u16::from(sample[0] > 0.3) + u16::from(sample[0] > 0.6) + xor(sample) * 3;
    let mut forest = forest(AdaptiveRandomForestConfig::of(3, 6));

    let told = told(&mut forest, samples::<3>(3).take(4000), class);

    assert!(share(&told[3000..]) > 0.8, "{}", share(&told[3000..]));
}

#[test]
fn recovers_from_a_change_faster_than_a_forest_that_sees_none() {
    let opposite = |sample: &[f32]| 1 - quarter(sample);
    let mut forest = learned(1);
    let tree = |seed| HoeffdingTreeConfig {
        subset: 2,
        grace_period: 50,
        delta: 0.05,
        smoothing: 12.0,
        seed,
        ..HoeffdingTreeConfig::of(3, 2)
    };
    let mut steady: Vec<_> = (0..10).map(|seed| HoeffdingTree::new(tree(seed)).unwrap()).collect();
    let mut step = |sample: [f32; 3], class: u16| {
        let wrong = steady.iter_mut().map(|tree| tree.learn_one(&sample, class, 6) != class);
        wrong.filter(|is_wrong| *is_wrong).count() < 5
    };
    samples::<3>(1).take(1500).for_each(|sample| _ = step(sample, quarter(&sample)));

    let ours = told(&mut forest, samples::<3>(9).take(1000), opposite);
    let theirs: Vec<bool> =
        samples::<3>(9).take(1000).map(|sample| step(sample, opposite(&sample))).collect();

    assert!(share(&ours) > share(&theirs) + 0.1, "{} and {}", share(&ours), share(&theirs));
    assert!(share(&ours[500..]) > 0.9, "{}", share(&ours[500..]));
}

#[test]
fn missing_and_infinite_features_do_not_poison() {
    let mut forest = forest(AdaptiveRandomForestConfig::of(3, 2));
    let mut lacking = samples::<3>(4).zip(samples::<3>(5)).map(|(sample, chance)| {
        [0, 1, 2].map(|place| if chance[place] < 0.1 { f32::NAN } else { sample[place] })
    });
    let class = |sample: &[f32]| u16::from(sample[0] > 0.3);
    told(&mut forest, lacking.by_ref().take(1500), class);
    told(&mut forest, std::iter::repeat_n([f32::NAN; 3], 200), |_| 0);
    told(&mut forest, std::iter::repeat_n([f32::MAX, f32::INFINITY, f32::MIN], 100), |_| 1);

    let told = told(&mut forest, samples::<3>(6).take(500), class);

    assert!(share(&told) > 0.93, "{}", share(&told));
}

#[test]
fn constant_features_are_never_split() {
    let mut constant = forest(AdaptiveRandomForestConfig::of(2, 2));
    let mut partly = forest(AdaptiveRandomForestConfig::of(2, 2));

    for sample in samples::<1>(7).take(1000) {
        let class = u16::from(sample[0] > 0.5);
        constant.learn_one(&[3.0, f32::NAN], class);
        partly.learn_one(&[3.0, sample[0]], class);
    }

    assert_eq!(constant.nodes(), 10);
    assert!(partly.nodes() > 10);
    assert_eq!(partly.importance()[0].to_bits(), 0.0_f32.to_bits());
}

#[test]
fn one_class_is_told_and_never_split() {
    let mut forest = forest(AdaptiveRandomForestConfig::of(3, 3));

    let told = told(&mut forest, samples::<3>(8).take(1000), |_| 2);

    assert_eq!(told.iter().filter(|is_right| !**is_right).count(), 1, "only the first is unknown");
    assert_eq!(forest.nodes(), 10);
}

/// The share of samples of a rare class that are told, and of the others that are taken for it, after 4000 samples.
fn found(rare: fn(&[f32]) -> bool) -> (f64, f64) {
    let mut forest = forest(AdaptiveRandomForestConfig::of(3, 2));
    told(&mut forest, samples::<3>(9).take(4000), |sample| u16::from(rare(sample)));
    let told_rare = |is_rare| {
        let samples = samples::<3>(10).take(2000).filter(|sample| rare(sample) == is_rare);
        share(&samples.map(|sample| forest.predict_one(&sample).class == 1).collect::<Vec<bool>>())
    };
    (told_rare(true), told_rare(false))
}

#[test]
fn a_class_of_three_samples_in_a_hundred_is_found() {
    let rules: [fn(&[f32]) -> bool; 3] =
        [|sample| sample[0] > 0.97, |sample| sample[1] < 0.03, |sample| (0.5..0.53).contains(&sample[2])];

    let shares = rules.map(found);

    assert!(shares.iter().map(|(found, _)| found).sum::<f64>() / 3.0 > 0.85, "{shares:?}");
    assert!(shares.iter().all(|(found, mistaken)| *found > 0.75 && *mistaken < 0.01), "{shares:?}");
}

#[test]
fn importance_names_the_features_that_tell_the_class() {
    let importance = learned(1).importance();

    assert!((importance.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    assert!(importance[0] + importance[1] > 0.85, "{importance:?}");
}

#[test]
fn importance_is_equal_before_anything_is_known() {
    let forest = forest(AdaptiveRandomForestConfig::of(4, 2));

    assert_eq!(forest.importance(), [0.25; 4]);
}

#[test]
fn the_same_seed_tells_the_same_and_another_does_not() {
    let probabilities = |seed| {
        let forest = learned(seed);
        let told =
            samples::<3>(11).take(50).map(|sample| forest.predict_one(&sample).probabilities[1].to_bits());
        told.collect::<Vec<u32>>()
    };

    assert_eq!(probabilities(1), probabilities(1));
    assert_ne!(probabilities(1), probabilities(2));
}

#[test]
fn the_variant_without_allocation_tells_the_same() {
    let forest = learned(1);
    let mut room = [9.0; 3];

    let class = forest.predict_into(&[0.2, 0.7, 0.1], &mut room);

    let prediction = forest.predict_one(&[0.2, 0.7, 0.1]);
    assert_eq!(prediction.class, class);
    assert_eq!(prediction.probabilities, room[..2]);
    assert_eq!(room[2].to_bits(), 0.0_f32.to_bits());
}

#[test]
fn what_has_no_class_or_an_unknown_one_changes_nothing() {
    let mut forest = learned(1);
    let before = forest.snapshot();

    Learner::learn_one(&mut forest, Labelled { features: &[0.1, 0.2, 0.3], class: None });
    Learner::learn_one(&mut forest, Labelled { features: &[0.1, 0.2, 0.3], class: Some(2) });

    assert_eq!(forest.snapshot(), before);
    assert_eq!(forest.learned(), 1500);
}

#[test]
fn two_hundred_thousand_samples_do_not_grow_it_beyond_its_bound() {
    let config =
        AdaptiveRandomForestConfig { trees: 2, max_nodes: 63, ..AdaptiveRandomForestConfig::of(2, 2) };
    let mut forest = forest(config);
    let mut at = 0_u32;

    for sample in samples::<2>(12).take(200_000) {
        at += 1;
        let bound = if at % 100_000 < 50_000 { 0.3 } else { 0.6 };
        forest.learn_one(&sample, u16::from(sample[0] * sample[1] > bound));
    }

    assert!(forest.nodes() <= 2 * 63, "{}", forest.nodes());
    assert!(forest.snapshot().size() < 100_000, "{}", forest.snapshot().size());
}

#[test]
fn settings_out_of_range_are_refused() {
    let refused = |config| AdaptiveRandomForest::new(config).is_err();
    let right = AdaptiveRandomForestConfig::of(2, 2);

    assert!(refused(AdaptiveRandomForestConfig { trees: 0, ..right }));
    assert!(refused(AdaptiveRandomForestConfig { classes: 0, ..right }));
    assert!(refused(AdaptiveRandomForestConfig { lambda: f64::NAN, ..right }));
    assert!(refused(AdaptiveRandomForestConfig { delta_drift: 0.0, ..right }));
    assert!(refused(AdaptiveRandomForestConfig { subset: Some(3), ..right }));
}

/// As numbers of 64 bits they come from outside, such as 1e308, which is infinite here.
fn any_feature() -> impl Strategy<Value = f32> {
    #[expect(clippy::cast_possible_truncation, reason = "what becomes of it is the question")]
    let large = 1e308_f64 as f32;
    prop_oneof![
        4 => -1.0_f32..1.0,
        1 => prop_oneof![Just(f32::NAN), Just(large), Just(f32::MIN), Just(f32::MAX), Just(1e-45)]
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn probabilities_are_a_distribution_whatever_comes(
        rows in vec((vec(any_feature(), 0..5), 0_u16..5), 1..150),
        classes in 1_u16..5,
        seed in any::<u64>()
    ) {
        let config = AdaptiveRandomForestConfig {
            trees: 3,
            grace_period: 10,
            delta_split: 0.4,
            seed,
            ..AdaptiveRandomForestConfig::of(3, classes)
        };
        let mut forest = forest(config);

        for (features, class) in rows {
            let Prediction { class: told, probabilities } = forest.predict_one(&features);
            forest.learn_one(&features, class);

            prop_assert!(told < classes);
            prop_assert!(probabilities.iter().all(|share| (0.0..=1.0).contains(share)), "{probabilities:?}");
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{probabilities:?}");
        }
        prop_assert!((forest.importance().iter().sum::<f32>() - 1.0).abs() < 1e-4);
    }
}
